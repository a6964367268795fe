"""`python -m tests.integration.edge.sample_edge`: the edge as `python -m edge` starts it, for the sample's operations."""

import sys

from edge.__main__ import main

if __name__ == "__main__":
    sys.exit(main("tests.integration.edge.sample_api:create_edge"))
