"""The dossier service: drafts, submission, the one-stop desk and the legal clock."""
