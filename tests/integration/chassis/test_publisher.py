"""The relay's connection to the broker: none is left behind, and a slow broker is no dead relay."""

import asyncio
import time

import pika
import pytest

from chassis.publisher import BrokerGone, ConfirmingPublisher
from chassis.relay import HANGS_AFTER_SECONDS, PUBLISH_SECONDS, Relay
from chassis.settings import Settings
from tests.integration.chassis.test_outbox_and_relay import emit, waiting
from tests.support.databases import SECRET
from tests.support.echo_service import Noted
from tests.support.tcp_proxy import TcpProxy

# A method frame on channel 1: type, channel, size, then class and method.
CHANNEL_OPEN, CONFIRM_SELECT = (20, 10), (85, 10)


@pytest.fixture
def proxied(amqp_url):
    """A proxy to the broker, and the address through it."""
    parts = pika.URLParameters(amqp_url)
    with TcpProxy(parts.host, parts.port) as proxy:
        yield proxy, amqp_url.replace(f":{parts.port}/", f":{proxy.port}/")


async def eventually(holds) -> None:
    """As `until`, while the loop goes on as a relay's does."""
    for _ in range(200):
        if holds():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it did not happen in time")


def without(step: tuple[int, int]):
    wanted = b"".join(number.to_bytes(2, "big") for number in step)
    return lambda data: data[7:11] != wanted


@pytest.mark.parametrize("step", [CHANNEL_OPEN, CONFIRM_SELECT])
def test_no_connection_is_left_when_its_channel_does_not_come(proxied, step):
    proxy, url = proxied
    proxy.passes = without(step)

    async def connect() -> None:
        for _ in range(2):
            with pytest.raises(BrokerGone, match="no channel in time"):
                await ConfirmingPublisher.connect(pika.URLParameters(url), timeout=0.5)
        await eventually(lambda: not proxy.connections)

    asyncio.run(connect())


def test_no_connection_is_left_when_who_connects_is_stopped(proxied):
    proxy, url = proxied
    proxy.passes = without(CHANNEL_OPEN)

    async def connect() -> None:
        connecting = asyncio.ensure_future(ConfirmingPublisher.connect(pika.URLParameters(url)))
        await asyncio.sleep(1)
        assert proxy.connections
        connecting.cancel()
        await eventually(lambda: not proxy.connections)

    asyncio.run(connect())


def test_no_connection_is_left_when_confirms_do_not_come(proxied):
    proxy, url = proxied

    async def publish() -> None:
        publisher = await ConfirmingPublisher.connect(pika.URLParameters(url))
        proxy.passes = lambda _data: False
        with pytest.raises(BrokerGone, match="no confirm in time"):
            await publisher.publish_all([("", "nobody", b"{}", "1")], 0.5)
        await publisher.close()
        await eventually(lambda: not proxy.connections)

    asyncio.run(publish())


def relay_of(echo, url: str) -> Relay:
    return Relay(Settings(url, echo.database.url, SECRET), "echo")


def test_relay_in_a_long_round_makes_steps(make_echo, proxied):
    """Ten events of one aggregate leave one by one, and the broker takes its time for each."""
    proxy, url = proxied
    echo = make_echo(amqp_url=url)
    relay, idle = relay_of(echo, url), []

    async def carry() -> None:
        running = asyncio.ensure_future(relay.run())
        await eventually(lambda: relay.active)
        proxy.slow_seconds = 0.4
        started = time.monotonic()
        for n in range(10):
            emit(echo, Noted, "s", str(n))

        def carried() -> bool:
            idle.append(relay.idle_seconds)
            return waiting(echo) == []

        await eventually(carried)
        assert time.monotonic() - started > 3, "it was a long round"
        relay.stop()
        await running
        await eventually(lambda: proxy.connections == 0)

    asyncio.run(carry())
    assert max(idle) < 2


def test_relay_that_hangs_makes_no_step(echo):
    relay = relay_of(echo, echo.amqp_url)
    assert relay.alive
    relay._stepped_at -= HANGS_AFTER_SECONDS
    assert not relay.alive
    assert PUBLISH_SECONDS < HANGS_AFTER_SECONDS, "waiting for a confirm is not hanging"


def test_relay_that_waits_for_its_database_is_alive(echo):
    nowhere = Settings(echo.amqp_url, "postgresql+psycopg2://echo@127.0.0.1:1/echo", SECRET)
    relay = Relay(nowhere, "echo")

    async def wait() -> None:
        running = asyncio.ensure_future(relay.run())
        await asyncio.sleep(0.5)
        relay._stepped_at -= HANGS_AFTER_SECONDS
        await eventually(lambda: relay.alive)
        relay.stop()
        await running

    asyncio.run(wait())
