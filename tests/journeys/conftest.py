"""One platform for all journeys, reached through HTTP alone."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.demo.people import People
from tests.support.platform import Platform


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    with tempfile.TemporaryDirectory(prefix="motcua-journeys-") as directory:
        # The servers' own user must be able to pass through.
        Path(directory).chmod(0o755)
        running = Platform(Path(directory) / "var")
        try:
            running.up()
            yield running
        finally:
            running.down()


@pytest.fixture(scope="session")
def url(platform: Platform) -> str:
    return platform.url


@pytest.fixture(scope="session")
def people(url: str) -> People:
    return People(url, language="en")
