"""The national catalogue: agencies, places and procedures, each with the days it is valid."""
