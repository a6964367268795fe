"""`dead list | show | replay | drop` on letters that really died."""

import json
import uuid

import pytest

from chassis import dead
from tests.integration.chassis.conftest import TOKEN_KEYS, until
from tests.support.asking import cloud_event, key
from tests.support.echo_service import NotedRead

DEAD = "events-echo.dead"


@pytest.fixture(scope="module")
def echo(make_echo):
    echo = make_echo()
    echo.start()
    yield echo
    echo.close()


@pytest.fixture
def run(echo, monkeypatch, capsys):
    """`run("list")` -> the exit status and what was printed."""

    def run_dead(action: str, *words: str, service: str = "echo") -> tuple[int, str]:
        monkeypatch.setenv("AMQP_URL", echo.amqp_url)
        status = dead.main([action, service, *words])
        return status, "".join(capsys.readouterr())

    yield run_dead
    run_dead("drop", "all")


def test_a_forged_event_is_never_played_again(echo, run):
    """Sent by ourselves it would look true: its parked reason is all that tells."""
    forged = str(uuid.uuid4())
    echo.asker().event("identity", TOKEN_KEYS, cloud_event("forged", event_id=forged))
    until(lambda: forged in run("list")[1])
    for asked in (forged, "all"):
        status, told = run("replay", asked)
        assert status == 1
        assert "1 left where they are: forged" in told
    assert forged in run("list")[1]
    assert echo.heard("forged") == 0
    assert run("drop", forged)[0] == 0


@pytest.fixture
def die(echo, run):
    """`die("never")` -> the id of an event with these words that has ended as a dead letter."""
    asker = echo.asker()

    def send(words: str) -> str:
        event_id = str(uuid.uuid4())
        asker.event("echo", NotedRead.type, cloud_event(words, event_id=event_id, subject=f"of {words}"))
        until(lambda: event_id in run("list")[1])
        return event_id

    return send


def test_list_shows_each_letter_with_its_reason_and_loses_none(run, die):
    failed, refused = die("fail"), die("never")
    for _ in range(25):
        status, printed = run("list")
        assert (status, printed.splitlines()[-1]) == (0, "2 dead letters found")
    [line] = [line for line in printed.splitlines() if failed in line]
    assert NotedRead.type in line
    assert "of fail" in line
    assert "RuntimeError: boom" in line
    [line] = [line for line in printed.splitlines() if refused in line]
    assert "it will not be better tomorrow" in line


def test_show_prints_the_letter_whole(run, die):
    letter = die("never")
    status, printed = run("show", letter)
    shown = json.loads(printed[: printed.rindex("}") + 1])
    assert status == 0
    assert shown["event"]["data"]["text"] == "never"
    assert shown["reason"].startswith("refused")
    assert shown["parkedAt"].startswith("20")


def test_replayed_letter_is_applied_once_its_cause_is_gone(echo, run, die):
    letter, other = die("needs mending"), die("never")
    asker = echo.asker()
    assert run("replay", letter)[0] == 0
    until(lambda: letter in run("list")[1])
    asker.result("echo.write", {"subject": "m", "text": "mending"}, headers=key("mending"))
    status, printed = run("replay", letter)
    assert (status, printed.splitlines()[-1]) == (0, "1 dead letter replayed")
    until(lambda: echo.heard("needs mending") == 1)
    assert other in run("list")[1], "the other one stayed"


def test_letter_that_fails_again_has_all_its_tries_again(echo, run, die):
    def tries() -> float:
        lines = echo.running[0].metrics().splitlines()
        return next(
            float(line.split()[-1]) for line in lines if line.startswith("motcua_events_retried_total{")
        )

    letter = die("fail")
    before = tries()
    assert run("replay", "all")[0] == 0
    until(lambda: letter in run("list")[1])
    assert tries() - before == 2


def test_drop_removes_one_and_leaves_the_other(run, die):
    one, two = die("never"), die("fail")
    assert run("drop", one)[0] == 0
    printed = run("list")[1]
    assert one not in printed
    assert two in printed


def test_undecodable_letter_can_be_looked_at_too(echo, run):
    echo.asker().event("echo", NotedRead.type, b"\xffgarbage")
    until(lambda: "undecodable" in run("list")[1])
    assert "garbage" in run("show", "-")[1]


def test_unknown_letter_and_unknown_service_are_said(run):
    unknown = str(uuid.uuid4())
    assert run("show", unknown) == (1, f"there is no dead letter {unknown} of echo\n")
    status, printed = run("list", service="nobody")
    assert (status, "there is no dead-letter queue for nobody" in printed) == (2, True)
