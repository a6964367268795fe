"""`docker-compose up` gives the same platform: the demo's journeys go through it."""

import json
import subprocess
import time
from typing import Any

import pytest

from deploy.demo.journeys import extract_by_post, licence_with_supplement, refusal, withdrawal
from deploy.demo.people import People
from tests.containers.conftest import Compose

#: The first test waits for images to be built and the platform to come up.
pytestmark = pytest.mark.timeout(1200)


@pytest.fixture(scope="session")
def people(compose: Compose) -> People:
    return People(compose.url)


@pytest.mark.parametrize("play", [extract_by_post, licence_with_supplement, refusal, withdrawal])
def test_a_journey_through_the_containers(people: People, play: object) -> None:
    assert callable(play)
    journey = play(people, print)
    assert journey.state() in ("returned", "refused", "withdrawn")


def containers(compose: Compose) -> list[dict[str, Any]]:
    names = compose.run("ps", "-q").split()
    shown = subprocess.run(["docker", "inspect", *names], capture_output=True, text=True, check=True).stdout
    found: list[dict[str, Any]] = json.loads(shown)
    return found


def is_job(container: dict[str, Any]) -> bool:
    return any(job in container["Name"] for job in ("migrate-", "seed-", "broker-accounts"))


def test_every_process_becomes_healthy(compose: Compose) -> None:
    """Checked every ten seconds by the engine, so it may take a moment to be told."""

    def sick() -> dict[str, Any]:
        processes = [container for container in containers(compose) if not is_job(container)]
        assert len(processes) == 16
        return {
            c["Name"]: c["State"]["Health"] for c in processes if c["State"]["Health"]["Status"] != "healthy"
        }

    deadline = time.monotonic() + 60
    while sick() and time.monotonic() < deadline:
        time.sleep(2)
    assert sick() == {}


def test_every_job_ended_well_and_nobody_is_root(compose: Compose) -> None:
    for container in containers(compose):
        if is_job(container):
            state = container["State"]
            assert (state["Status"], state["ExitCode"]) == ("exited", 0), container["Name"]
        if container["Config"]["Image"].startswith("motcua/"):
            assert container["Config"]["User"] == "motcua", container["Name"]
