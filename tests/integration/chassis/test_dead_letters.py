"""`dead list | show | replay | drop` on letters that really died."""

import json

import pytest

from chassis import dead
from tests.integration.chassis.conftest import until
from tests.support.asking import cloud_event
from tests.support.echo_service import NotedRead

DEAD = "events-echo.dead"
ONE, TWO = "01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002"


@pytest.fixture
def run(monkeypatch, capsys):
    def run_on(echo, *words: str) -> tuple[int, str]:
        monkeypatch.setenv("AMQP_URL", echo.amqp_url)
        status = dead.main(list(words))
        return status, capsys.readouterr().out

    return run_on


@pytest.fixture
def with_two_letters(echo):
    """A running service; one letter that will succeed once a note exists, one that never will."""
    echo.start()
    asker = echo.asker()
    for event_id, words in ((ONE, "fail"), (TWO, "never")):
        asker.event("echo", NotedRead.type, cloud_event(words, event_id=event_id, subject="s-" + words))
    until(lambda: asker.waiting(DEAD) == 2)
    return echo, asker


def test_list_shows_each_letter_with_its_reason_and_loses_none(with_two_letters, run):
    echo, asker = with_two_letters
    for _ in range(25):
        status, printed = run(echo, "list", "echo")
        assert status == 0
    lines = printed.splitlines()
    assert "2 dead letters found" in lines[-1]
    [failed] = [line for line in lines if ONE in line]
    assert NotedRead.type in failed
    assert "s-fail" in failed
    assert "RuntimeError: boom" in failed
    until(lambda: asker.waiting(DEAD) == 2)


def test_show_prints_the_letter_whole(with_two_letters, run):
    echo, _ = with_two_letters
    status, printed = run(echo, "show", "echo", TWO)
    letter = json.loads(printed[: printed.rindex("}") + 1])
    assert status == 0
    assert letter["event"]["data"]["text"] == "never"
    assert letter["reason"].startswith("refused")


def test_replay_gives_the_event_another_life(with_two_letters, run):
    echo, asker = with_two_letters
    asker.result("echo.write", {"subject": "x", "text": "mended"})
    assert run(echo, "replay", "echo", ONE)[0] == 0
    # It fails again, after all its tries again, and comes back.
    until(lambda: asker.waiting(DEAD) == 1)
    until(lambda: asker.waiting(DEAD) == 2)
    assert 'motcua_events_retried_total{type="vn.motcua.echo.noted.v1"} 6.0' in echo.running[0].metrics() or (
        'motcua_events_retried_total{type="vn.motcua.echo.noted.v1"} 4.0' in echo.running[0].metrics()
    )


def test_replayed_event_is_applied_once_its_cause_is_gone(echo, run):
    """It was parked because nobody here knew its type: a newer version of the service does."""
    echo.start()
    asker = echo.asker()
    asker.event("echo", NotedRead.type, b'{"broken": true}')
    asker.event("echo", NotedRead.type, cloud_event("never", event_id=ONE))
    until(lambda: asker.waiting(DEAD) == 2)
    status, printed = run(echo, "replay", "echo", "all")
    assert (status, "2 dead letters replayed" in printed) == (0, True)
    until(lambda: asker.waiting(DEAD) == 2)


def test_drop_removes_one_and_leaves_the_other(with_two_letters, run):
    echo, asker = with_two_letters
    assert run(echo, "drop", "echo", ONE)[0] == 0
    until(lambda: asker.waiting(DEAD) == 1)
    assert TWO in run(echo, "list", "echo")[1]


def test_unknown_letter_and_unknown_service_are_said(with_two_letters, run):
    echo, _ = with_two_letters
    assert run(echo, "show", "echo", "01900000-0000-7000-8000-00000000ffff")[0] == 1
    status, printed = run(echo, "list", "nobody")
    assert (status, "there is no dead-letter queue for nobody" in printed) == (2, True)
