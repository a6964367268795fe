"""The read side of the catalogue."""
