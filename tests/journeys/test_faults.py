"""One dead service hurts only its own journeys; a broker that restarts loses nothing."""

import time
from collections.abc import Iterator

import pytest

from deploy.demo.client import Client, Refused, eventually
from deploy.demo.journeys import EXTRACT, Journey, extract_by_post, papers_for
from deploy.demo.people import People
from tests.support.platform import Platform

DEADLINE_SECONDS = 5.0


@pytest.fixture
def without_feedback(platform: Platform) -> Iterator[None]:
    platform.command("scale", "feedback=0")
    yield
    platform.command("scale", "feedback=1")
    platform.wait_healthy()


def test_a_service_that_is_down(people: People, url: str, without_feedback: None) -> None:
    citizen = people.citizen
    started = time.monotonic()
    answer = Client(url).ask_once("GET", "/agencies/000.00.06.H26/satisfaction")
    assert answer.status_code in (503, 504)
    assert time.monotonic() - started < DEADLINE_SECONDS + 1
    assert answer.headers["content-type"].startswith("application/problem+json")
    # The others go on: a whole submission, up to the reception of the fee.
    journey = Journey("while feedback is down", people, lambda _words: None)
    papers = papers_for(citizen, EXTRACT)
    journey.submit(citizen, {"procedure": EXTRACT, "answers": {"copies": 1}, "papers": papers})
    journey.pay(citizen, 8_000)
    assert journey.act(people.desk, "reception") == "received"


def test_a_killed_service_comes_back(platform: Platform, people: People) -> None:
    killed = platform.process("dossier")["pid"]
    platform.kill("dossier")
    eventually(
        "another dossier process", lambda: platform.process("dossier")["pid"] not in (None, killed), 30
    )
    eventually("the dossier service to answer again", lambda: _lists(people.citizen), 30)
    platform.wait_healthy()


def _lists(citizen: Client) -> bool:
    try:
        citizen.get("/dossiers")
    except Refused:
        return False
    return True


def test_the_broker_restarts_in_the_middle(platform: Platform, people: People) -> None:
    """The journey ends well, although the broker dies under it once the dossier is submitted."""
    killed: list[bool] = []

    def kill_once(words: str) -> None:
        if "submitted" in words and not killed:
            killed.append(True)
            platform.kill("rabbitmq")

    journey = extract_by_post(people, kill_once)
    assert killed
    assert journey.state() == "returned"
    platform.wait_healthy()
