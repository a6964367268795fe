"""The platform's main job, played by a handful of people over HTTP and nothing else."""
