"""One platform for all journeys, reached through HTTP alone."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.client import Client
from deploy.demo.journeys import EXTRACT, Journey, papers_for
from deploy.demo.people import AGENCY, People
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


@pytest.fixture(scope="session")
def citizen(people: People) -> Client:
    return people.citizen


@pytest.fixture
def draft(citizen: Client) -> dict[str, Any]:
    made = citizen.post("/drafts", {"procedure": EXTRACT, "agency": AGENCY, "answers": {"copies": 1}})
    return {**made.body, "etag": made.etag}


@pytest.fixture
def submitted(people: People, citizen: Client) -> Journey:
    journey = Journey("bad input", people, lambda _words: None)
    papers = papers_for(citizen, EXTRACT)
    journey.submit(citizen, {"procedure": EXTRACT, "answers": {"copies": 1}, "papers": papers})
    return journey
