"""The thin HTTP edge: from HTTP to one RPC and back, nothing else."""
