"""Events leave exactly when their change is committed, in order per aggregate, and are not lost on the way."""

import json
import os
import signal
import threading
import time
import uuid

import pika
import pytest

from chassis.topology import events_exchange
from tests.integration.chassis.conftest import until
from tests.support.asking import key
from tests.support.echo_service import Noted, Shouted, Whispered


def emit(echo, kind, subject: str, words: str) -> None:
    data = {"text": words} | ({"note": "n"} if kind is Noted else {})
    with echo.sessions().work() as work:
        work.emit(kind, subject=subject, data=data)


def end_relay_backends(echo) -> int:
    """Cut the relays' database connections; how many there were."""
    return len(
        echo.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'relay-echo' AND datname = current_database()"
        )
    )


def waiting(echo) -> list[str]:
    rows = echo.rows("SELECT body FROM outbox WHERE published_at IS NULL ORDER BY position")
    return [json.loads(row.body)["data"]["text"] for row in rows]


class Listener:
    """A queue bound to the echo service's events, and what came in, in order."""

    def __init__(self, amqp_url: str, *types: str) -> None:
        self._connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
        self._channel = self._connection.channel()
        self.queue = f"listener-{uuid.uuid4()}"
        self._channel.queue_declare(self.queue, exclusive=True)
        for event_type in types:
            self._channel.queue_bind(self.queue, events_exchange("echo"), event_type)

    def texts(self, count: int, seconds: float = 15.0) -> list[str]:
        return [event["data"]["text"] for event in self.events(count, seconds)]

    def events(self, count: int, seconds: float = 15.0) -> list[dict]:
        found: list[dict] = []

        def one_more() -> bool:
            _, _, body = self._channel.basic_get(self.queue, auto_ack=True)
            if body is not None:
                found.append(json.loads(body))
            return len(found) == count

        until(one_more, seconds)
        return found

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def listen():
    """`listen(echo, Noted.type)` -> a Listener, closed after the test."""
    listeners: list[Listener] = []

    def start(echo, *types: str) -> Listener:
        listeners.append(Listener(echo.amqp_url, *types))
        return listeners[-1]

    yield start
    for listener in listeners:
        listener.close()


def test_sequence_is_gap_free_per_subject_under_concurrency(echo):
    def some() -> None:
        for n in range(10):
            emit(echo, Whispered, f"s{n % 2}", "x")
            try:
                with echo.sessions().work() as work:
                    work.emit(Whispered, subject="s0", data={"text": "rolled back"})
                    raise RuntimeError
            except RuntimeError:
                pass

    threads = [threading.Thread(target=some) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for subject in ("s0", "s1"):
        rows = echo.rows("SELECT sequence FROM outbox WHERE subject = :s ORDER BY position", s=subject)
        assert [row.sequence for row in rows] == list(range(1, 31))
    assert "rolled back" not in waiting(echo)


def test_event_is_a_whole_cloud_event_with_the_trace_of_its_request(shared, asker, listen):
    listener = listen(shared, Noted.type)
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    asker.result("echo.write", {"subject": "traced", "text": "x"}, headers={"traceparent": trace})
    [event] = listener.events(1)
    assert event["specversion"] == "1.0"
    assert event["source"] == "/echo"
    assert event["type"] == Noted.type
    assert event["subject"] == "traced"
    assert event["sequence"] == 1
    assert event["traceparent"] == trace
    assert set(event["data"]) == {"note", "text"}


def test_event_that_lacks_a_field_is_not_written(echo):
    with pytest.raises(TypeError, match=r"noted\.v1 lacks note"), echo.sessions().work() as work:
        work.emit(Noted, subject="s", data={"text": "x"})
    assert waiting(echo) == []


def test_events_of_an_aggregate_leave_in_order(echo, listen):
    listener = listen(echo, Noted.type, Whispered.type)
    for n in range(300):
        emit(echo, Noted if n % 3 else Whispered, f"s{n % 7}", str(n))
    echo.start_relay()
    got = listener.events(300, 40)
    for subject in {event["subject"] for event in got}:
        sequences = [event["sequence"] for event in got if event["subject"] == subject]
        assert sequences == list(range(1, len(sequences) + 1))


def test_event_nobody_needs_is_done_when_the_broker_has_seen_it(echo):
    echo.start_relay()
    emit(echo, Whispered, "s", "psst")
    until(lambda: waiting(echo) == [])


def test_returned_event_stays_blocks_only_its_own_aggregate_and_leaves_when_a_queue_is_bound(echo, listen):
    listener = listen(echo, Noted.type)
    emit(echo, Shouted, "stuck", "first")
    emit(echo, Noted, "stuck", "second")
    emit(echo, Noted, "free", "third")
    relay = echo.start_relay()
    assert listener.texts(1) == ["third"]
    emit(echo, Noted, "stuck", "fourth")
    emit(echo, Noted, "free", "fifth")
    assert listener.texts(1) == ["fifth"]
    until(lambda: waiting(echo) == ["first", "second", "fourth"])
    assert "motcua_outbox_returned_total 1.0" in relay.metrics()

    shouts = listen(echo, Shouted.type)
    assert shouts.texts(1) == ["first"]
    assert listener.texts(2) == ["second", "fourth"]
    until(lambda: waiting(echo) == [])


def test_relay_killed_between_publish_and_mark_sends_again_and_the_inbox_absorbs_it(echo, listen):
    """An open transaction on the row keeps the relay from marking what the broker has confirmed already."""
    emit(echo, Noted, "s", "twice on the wire")
    listener = listen(echo, Noted.type)
    blocker = echo.engine.connect()
    blocker.exec_driver_sql("SELECT * FROM outbox FOR UPDATE")
    relay = echo.start_relay()
    first = listener.events(1)
    relay.stop(signal.SIGKILL)
    until(lambda: not end_relay_backends(echo))
    blocker.rollback()
    blocker.close()
    assert waiting(echo) == ["twice on the wire"], "published, not marked"

    echo.start_relay()
    assert listener.events(1) == first
    service = echo.start()
    until(lambda: "motcua_events_repeated_total{" in service.metrics())
    assert echo.heard("twice on the wire") == 1


def test_standby_relay_takes_over_after_kill_9(echo, listen):
    listener = listen(echo, Noted.type)
    active, standby = echo.start_relay(), echo.start_relay()
    until(lambda: "motcua_relay_active 1.0" in active.metrics())
    assert "motcua_relay_active 0.0" in standby.metrics()
    emit(echo, Noted, "s", "by the first")
    assert listener.texts(1) == ["by the first"]
    until(lambda: waiting(echo) == [])
    os.kill(active.process.pid, signal.SIGKILL)
    emit(echo, Noted, "s", "by the second")
    assert listener.texts(1) == ["by the second"]
    assert "motcua_relay_active 1.0" in standby.metrics()


def test_relay_survives_the_loss_of_its_database_connection(echo, listen):
    listener = listen(echo, Noted.type)
    relay = echo.start_relay()
    until(lambda: "motcua_relay_active 1.0" in relay.metrics())
    for _ in range(4):
        assert end_relay_backends(echo)
        emit(echo, Noted, "s", "after the loss")
        assert listener.texts(1) == ["after the loss"]
        assert median_of_waking(echo, listener) < 0.25, "it listens again"
    assert relay.stop(signal.SIGTERM) == 0


def median_of_waking(echo, listener: Listener) -> float:
    taken = []
    for n in range(9):
        # Not in step with the relay's own rhythm.
        time.sleep(0.03 * (n % 5))
        started = time.monotonic()
        emit(echo, Noted, "wake", str(n))
        listener.events(1)
        taken.append(time.monotonic() - started)
    return sorted(taken)[4]


def test_relay_is_woken_at_once(shared, listen):
    """Polling would take up to a second each time."""
    assert median_of_waking(shared, listen(shared, Noted.type)) < 0.25


def test_notification_that_comes_while_the_relay_works_wakes_it_again(echo, listen):
    """It arrives together with the answer to a statement, and the socket stays silent."""
    listener = listen(echo, Noted.type)
    relay = echo.start_relay()
    until(lambda: "motcua_relay_active 1.0" in relay.metrics())
    os.kill(relay.process.pid, signal.SIGSTOP)
    emit(echo, Noted, "one", "first")
    with echo.engine.connect() as blocker:
        blocker.exec_driver_sql("SELECT * FROM outbox FOR UPDATE")
        os.kill(relay.process.pid, signal.SIGCONT)
        assert listener.texts(1) == ["first"], "published, and now it waits to mark it"
        emit(echo, Noted, "two", "second")
        time.sleep(0.3)
    released = time.monotonic()
    assert listener.texts(1) == ["second"]
    assert time.monotonic() - released < 0.6


def test_command_and_its_event_are_committed_together(shared, asker):
    asker.result("echo.write", {"subject": "both", "text": "x"}, headers=key("k-both"))
    assert shared.value("SELECT count(*) FROM notes WHERE subject = 'both'") == 1
    assert shared.value("SELECT count(*) FROM outbox WHERE subject = 'both'") == 1
    until(lambda: shared.value("SELECT count(*) FROM heard WHERE subject = 'both'") == 1)
