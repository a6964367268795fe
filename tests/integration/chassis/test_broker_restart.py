"""The broker goes away and comes back: the service too, without being restarted itself."""

import signal
import time
from pathlib import Path

import pytest

from tests.integration.chassis.conftest import until
from tests.support.asking import cloud_event, key
from tests.support.brokers import RestartableBroker
from tests.support.echo_service import NotedRead


@pytest.fixture
def own_broker(tmp_path_factory):
    directory: Path = tmp_path_factory.mktemp("broker")
    directory.chmod(0o755)
    with RestartableBroker(directory) as broker:
        yield broker


@pytest.mark.timeout(240)
def test_service_relay_and_events_survive_a_broker_restart(make_echo, own_broker):
    echo = make_echo(amqp_url=own_broker.url)
    service, relay = echo.start(), echo.start_relay()
    asker = echo.asker()
    asker.result("echo.write", {"subject": "s", "text": "before"}, headers=key("k1"))
    until(lambda: echo.heard("before") == 1)

    # A request that runs while its connection is lost: committed, its answer lost.
    asker.send("echo.write", {"subject": "s", "text": "cut off", "seconds": 3}, headers=key("k2"), seconds=60)
    until(lambda: "motcua_workers_busy 1.0" in service.metrics())
    own_broker.stop()
    until(lambda: not service.ready())
    assert service.process.poll() is None
    until(lambda: echo.rows("SELECT 1 FROM notes WHERE text = 'cut off'"))
    until(lambda: echo.rows("SELECT 1 FROM outbox WHERE published_at IS NULL"))

    own_broker.start()
    until(service.ready, 30)
    again = echo.asker()
    again.result("echo.write", {"subject": "s", "text": "cut off", "seconds": 3}, headers=key("k2"))
    assert len(echo.rows("SELECT 1 FROM notes WHERE text = 'cut off'")) == 1
    assert echo.value("SELECT max(sequence) FROM outbox") == 2
    until(lambda: echo.heard("cut off") == 1, 30)
    again.event("echo", NotedRead.type, cloud_event("back"))
    until(lambda: echo.heard("back") == 1)
    assert service.process.poll() is None
    assert relay.process.poll() is None
    assert service.stop(signal.SIGTERM) == 0
    assert relay.stop(signal.SIGTERM) == 0


@pytest.mark.timeout(240)
def test_sigterm_while_the_broker_is_away_ends_within_the_drain_limit(make_echo, own_broker):
    echo = make_echo(amqp_url=own_broker.url)
    service, relay = echo.start(DRAIN_SECONDS="3"), echo.start_relay()
    own_broker.stop()
    until(lambda: not service.ready())
    started = time.monotonic()
    service.stop(signal.SIGTERM)
    assert relay.stop(signal.SIGTERM) == 0
    assert time.monotonic() - started < 15
    # It can start while the broker is still away, and waits for it.
    waiting = echo.process("-m", "tests.support.echo_service", "echo")
    waiting.spawn()
    until(lambda: "waiting for the broker" in waiting.tail(), 30)
    own_broker.start()
    until(waiting.ready, 30)
