"""What can be done with dossiers: one module per part of a dossier's life."""
