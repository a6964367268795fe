"""SIGTERM: what runs is finished, acknowledged and answered; nothing is done twice."""

import os
import signal
import time

from tests.integration.chassis.conftest import until
from tests.support.asking import cloud_event, key
from tests.support.echo_service import NotedRead
from tests.support.processes import free_port


def busy(running, workers: int = 1) -> None:
    until(lambda: f"motcua_workers_busy {workers}.0" in running.metrics())


def test_request_that_runs_at_sigterm_is_finished_answered_and_not_redelivered(echo):
    running = echo.start()
    asker = echo.asker()
    sent = asker.send("echo.write", {"subject": "s", "text": "x", "seconds": 2.5}, headers=key("k"))
    busy(running)
    os.kill(running.process.pid, signal.SIGTERM)
    assert asker.reply(sent)["error"] is None
    assert running.process.wait(20) == 0
    assert asker.waiting("rpc-echo") == 0
    assert len(echo.rows("SELECT 1 FROM notes")) == 1


def test_event_that_runs_at_sigterm_is_applied_and_not_redelivered(echo):
    running = echo.start()
    asker = echo.asker()
    asker.event("echo", NotedRead.type, cloud_event("slow 2.5"))
    busy(running)
    assert running.stop(signal.SIGTERM) == 0
    assert echo.heard("slow 2.5") == 1
    assert asker.waiting("events-echo") == 0
    assert asker.waiting("events-echo.dead") == 0
    echo.start()
    asker.event("echo", NotedRead.type, cloud_event("next"))
    until(lambda: echo.heard("next") == 1)
    assert echo.heard("slow 2.5") == 1


def test_requests_that_wait_for_a_worker_at_sigterm_are_served_or_given_back(echo):
    running = echo.start(MAX_WORKERS="2")
    asker = echo.asker()
    sent = [asker.send("echo.ping", {"text": str(n), "seconds": 0.5}, seconds=30) for n in range(12)]
    busy(running, 2)
    assert running.stop(signal.SIGTERM) == 0
    echo.start()
    assert [asker.reply(one, 30)["result"]["text"] for one in sent] == [str(n) for n in range(12)]


def test_no_new_work_is_taken_while_draining(echo):
    running = echo.start()
    asker = echo.asker()
    first = asker.send("echo.ping", {"text": "long", "seconds": 4})
    busy(running)
    os.kill(running.process.pid, signal.SIGTERM)
    time.sleep(1.8)
    second = asker.send("echo.ping", {"text": "late"}, seconds=30)
    assert asker.reply(first)["error"] is None
    assert running.process.wait(20) == 0
    assert asker.waiting("rpc-echo") == 1
    echo.start()
    assert asker.reply(second)["result"]["text"] == "late"


def test_handler_that_does_not_end_is_cut_off_at_the_drain_limit(echo):
    running = echo.start(DRAIN_SECONDS="1")
    asker = echo.asker()
    asker.send("echo.ping", {"text": "x", "seconds": 60}, seconds=90)
    busy(running)
    started = time.monotonic()
    assert running.stop(signal.SIGTERM) == 1
    assert time.monotonic() - started < 10
    until(lambda: asker.waiting("rpc-echo") == 1)


def test_idle_service_stops_soon(echo):
    running = echo.start()
    started = time.monotonic()
    assert running.stop(signal.SIGTERM) == 0
    assert time.monotonic() - started < 6


def test_sigterm_during_start_ends_the_process_at_once(echo):
    """Its broker is not there yet."""
    port = free_port()
    waiting = echo.process("-m", "tests.support.echo_service", "echo", AMQP_URL=f"amqp://127.0.0.1:{port}/")
    waiting.spawn()
    until(lambda: "waiting for the broker" in waiting.tail())
    assert not waiting.ready()
    assert waiting.stop(signal.SIGTERM) == 0
