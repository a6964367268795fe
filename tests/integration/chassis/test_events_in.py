"""Consuming: applied once, tried again with delay, parked with its reason; never lost, never in the way."""

import json
import uuid

import pytest

from tests.integration.chassis.conftest import TOKEN_KEYS, until
from tests.support.asking import cloud_event
from tests.support.echo_service import NotedRead

QUEUE, DEAD = "events-echo", "events-echo.dead"


def parked(echo, asker, count: int = 1) -> None:
    until(lambda: asker.waiting(DEAD) == count)


def metrics(echo) -> str:
    return echo.running[0].metrics()


def test_event_is_applied(shared, asker):
    asker.event("echo", NotedRead.type, cloud_event("one"))
    until(lambda: shared.heard("one") == 1)


def test_duplicate_event_is_applied_once(shared, asker):
    event = cloud_event("again", event_id=str(uuid.uuid4()))
    for _ in range(3):
        asker.event("echo", NotedRead.type, event)
    asker.event("echo", NotedRead.type, cloud_event("once more"))
    until(lambda: shared.heard("once more") == 1)
    until(lambda: "motcua_events_repeated_total{" in shared.running[0].metrics())
    assert shared.heard("again") == 1


def test_earlier_event_missing_waits_and_then_applies(shared, asker):
    asker.event("echo", NotedRead.type, cloud_event("after the-note"))
    until(lambda: "motcua_events_retried_total{" in shared.running[0].metrics())
    assert shared.heard("after the-note") == 0
    asker.result("echo.write", {"subject": "earlier", "text": "the-note"})
    until(lambda: shared.heard("after the-note") == 1)


def test_poison_event_is_parked_after_its_tries_with_the_reason(echo, capsys, monkeypatch):
    echo.start()
    asker = echo.asker()
    asker.event("echo", NotedRead.type, cloud_event("fail"))
    asker.event("echo", NotedRead.type, cloud_event("good"))
    parked(echo, asker)
    assert echo.heard("good") == 1, "others go on"
    letter = listed(echo, capsys, monkeypatch)
    assert "RuntimeError: boom" in letter
    assert 'motcua_events_retried_total{type="vn.motcua.echo.noted.v1"} 2.0' in metrics(echo)
    assert 'motcua_events_parked_total{reason="RuntimeError",type="vn.motcua.echo.noted.v1"} 1.0' in metrics(
        echo
    )


def test_permanent_failure_is_parked_at_once(echo, capsys, monkeypatch):
    echo.start()
    asker = echo.asker()
    asker.event("echo", NotedRead.type, cloud_event("never"))
    parked(echo, asker)
    assert "it will not be better tomorrow" in listed(echo, capsys, monkeypatch)
    assert "motcua_events_retried_total{" not in metrics(echo)


@pytest.mark.parametrize(
    "change",
    [
        {"data": {}},
        {"data": {"text": 5}},
        {"data": "text"},
        {"data": None},
        {"id": "not a uuid"},
        {"id": None},
        {"sequence": "first"},
        {"time": "yesterday"},
        {"subject": ...},
        {"traceparent": {"a": 1}, "data": {}},
    ],
)
def test_unreadable_event_is_parked_at_once_and_no_replica_dies(shared, asker, change):
    before = asker.waiting(DEAD)
    event = json.loads(cloud_event("x")) | change
    asker.event("echo", NotedRead.type, json.dumps({k: v for k, v in event.items() if v is not ...}).encode())
    until(lambda: asker.waiting(DEAD) == before + 1)
    assert shared.running[0].process.poll() is None


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{", b"[]", b"17", b'"text"', b"[" * 3_000])
def test_undecodable_event_is_parked_not_dropped(shared, asker, body):
    before = asker.waiting(DEAD)
    asker.event("echo", NotedRead.type, body)
    until(lambda: asker.waiting(DEAD) == before + 1)
    assert shared.running[0].process.poll() is None


def test_event_of_an_unknown_type_is_tried_again_before_it_is_parked(echo, capsys, monkeypatch):
    """During a rollout another replica may know it."""
    echo.start()
    asker = echo.asker()
    event = json.loads(cloud_event("x")) | {"type": "vn.motcua.echo.invented.v1"}
    asker.event("echo", NotedRead.type, json.dumps(event).encode())
    parked(echo, asker)
    assert "no-handler" in listed(echo, capsys, monkeypatch)
    assert "motcua_events_retried_total{" in metrics(echo)


def test_event_that_another_service_made_up_is_parked(shared, asker, capsys, monkeypatch):
    """Whose it is, is told by the exchange it came by: only the owner's account may publish there."""
    before = asker.waiting(DEAD)
    asker.event("identity", TOKEN_KEYS, cloud_event("made up"))
    until(lambda: asker.waiting(DEAD) == before + 1)
    assert "forged: came by identity.events" in listed(shared, capsys, monkeypatch)
    assert shared.heard("made up") == 0


def test_event_whose_handler_kills_the_process_is_parked_by_the_delivery_limit(echo, capsys, monkeypatch):
    asker = echo.asker()
    asker.event("echo", NotedRead.type, cloud_event("die"))
    deaths = 0
    for _ in range(12):
        running = echo.start_until_it_dies_or_serves()
        if running is not None:
            break
        deaths += 1
    assert 2 <= deaths <= 6, "delivered again, but not for ever"
    parked(echo, asker)
    assert "delivery_limit" in listed(echo, capsys, monkeypatch)
    asker.event("echo", NotedRead.type, cloud_event("life goes on"))
    until(lambda: echo.heard("life goes on") == 1)


def listed(echo, capsys, monkeypatch) -> str:
    from chassis import dead

    monkeypatch.setenv("AMQP_URL", echo.amqp_url)
    assert dead.main(["list", "echo"]) == 0
    return capsys.readouterr().out
