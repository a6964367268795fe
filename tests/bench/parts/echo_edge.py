"""The real edge with the echo operation behind it; `python -m tests.bench.parts.echo_edge` runs it."""

from edge.__main__ import main

if __name__ == "__main__":
    main("tests.bench.parts.echo_api:create_edge")
