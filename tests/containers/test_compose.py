"""`docker-compose up` gives the same platform: the demo's journeys go through it."""

import json
import subprocess

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


def test_every_process_is_healthy_and_nobody_is_root(compose: Compose) -> None:
    names = compose.run("ps", "-q").split()
    shown = subprocess.run(["docker", "inspect", *names], capture_output=True, text=True, check=True).stdout
    for container in json.loads(shown):
        name, state = container["Name"], container["State"]
        if "migrate-" in name or "seed-" in name:
            assert (state["Status"], state["ExitCode"]) == ("exited", 0), name
            continue
        assert state["Health"]["Status"] == "healthy", (name, state["Health"]["Log"][-1:])
        if container["Config"]["Image"].startswith("motcua/"):
            assert container["Config"]["User"] == "motcua", name
