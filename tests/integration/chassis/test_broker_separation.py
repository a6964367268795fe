"""Every account of the platform, on everything that belongs to every other: the broker refuses it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.exceptions import ChannelClosedByBroker

from chassis.topology import (
    RPC_EXCHANGE,
    dead_queue,
    events_exchange,
    events_queue,
    own_exchange,
    reply_key,
    reply_queue,
    retry_queue,
    rpc_queue,
)
from deploy.local.passwords import SERVICES
from deploy.local.servers.rabbitmq import RabbitMQ
from deploy.rabbitmq.permissions import ACCOUNTS, EDGE, HEARS
from tests.integration.conftest import RETRY_DELAYS_MS

Deed = Callable[[BlockingChannel, str, str], object]


def key_of(own: str) -> str:
    """A key that the account may bind by, so that nothing but whose the queue is stands in the way."""
    return own.removeprefix("rpc.")


#: (channel, the other's queue, the account's own queue)
ON_QUEUES: dict[str, Deed] = {
    "declare": lambda channel, queue, _own: channel.queue_declare(queue, durable=True),
    "bind": lambda channel, queue, own: channel.queue_bind(queue, RPC_EXCHANGE, key_of(own)),
    "unbind": lambda channel, queue, own: channel.queue_unbind(queue, RPC_EXCHANGE, key_of(own)),
    "consume": lambda channel, queue, _own: channel.basic_consume(queue, print),
    "get": lambda channel, queue, _own: channel.basic_get(queue),
    "purge": lambda channel, queue, _own: channel.queue_purge(queue),
    "delete": lambda channel, queue, _own: channel.queue_delete(queue),
    "publish by the default exchange": lambda channel, queue, _own: channel.basic_publish("", queue, b"{}"),
}
ON_EXCHANGES: dict[str, Deed] = {
    "declare": lambda channel, exchange, _own: channel.exchange_declare(exchange, "topic", durable=True),
    "delete": lambda channel, exchange, _own: channel.exchange_delete(exchange),
    "publish": lambda channel, exchange, _own: channel.basic_publish(exchange, "x", b"{}"),
    "lead into": lambda channel, exchange, own: channel.exchange_bind(exchange, RPC_EXCHANGE, key_of(own)),
    "bind to": lambda channel, exchange, own: channel.queue_bind(own, exchange, "#"),
}


@pytest.fixture(scope="module")
def connections(guarded: RabbitMQ) -> Iterator[dict[str, BlockingConnection]]:
    """One of each account, as its process has it."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(BlockingConnection(pika.URLParameters(guarded.url_for(name))))
            for name in ACCOUNTS
        }


@pytest.fixture(scope="module")
def replies(connections: dict[str, BlockingConnection]) -> dict[str, str]:
    """Each account's queue of answers; the services' queues of requests are there, too."""
    made = {name: reply_queue(reply_key(name)) for name in ACCOUNTS}
    for name, connection in connections.items():
        channel = connection.channel()
        channel.queue_declare(made[name], exclusive=True)
        if name != EDGE:
            requests = {"x-queue-type": "classic"}
            channel.queue_declare(rpc_queue(name), durable=True, arguments=requests)
    return made


def queues_of(name: str, replies: dict[str, str]) -> list[str]:
    if name == EDGE:
        return [replies[EDGE]]
    waiting = [retry_queue(name, delay) for delay in RETRY_DELAYS_MS]
    return [rpc_queue(name), events_queue(name), dead_queue(name), *waiting, replies[name]]


def exchanges_of(name: str) -> list[str]:
    return [] if name == EDGE else [events_exchange(name), own_exchange(name)]


def allowed(connection: BlockingConnection, deed: Deed, target: str, own: str) -> bool:
    """Whether the broker let it happen; anything but a refusal for want of rights counts as that."""
    channel = connection.channel()
    channel.confirm_delivery()
    try:
        deed(channel, target, own)
    except ChannelClosedByBroker as closed:
        return closed.reply_code != 403
    channel.close()
    return True


@pytest.mark.parametrize("account", ACCOUNTS)
def test_an_account_reaches_nothing_of_any_other(account, connections, replies):
    others = [name for name in ACCOUNTS if name != account]
    deeds = [
        (what, deed, target)
        for table, targets in (
            (ON_QUEUES, [queue for name in others for queue in queues_of(name, replies)]),
            (ON_EXCHANGES, [exchange for name in others for exchange in exchanges_of(name)]),
        )
        for what, deed in table.items()
        for target in targets
    ]
    own, connection = replies[account], connections[account]
    went_through = {(what, target) for what, deed, target in deeds if allowed(connection, deed, target, own)}
    # To hear the events of those it has handlers for is what its account is for.
    heard = {source for source in HEARS.get(account, ()) if source != account}
    assert went_through == {("bind to", events_exchange(source)) for source in heard}


def test_what_is_refused_to_others_is_there_and_works_for_its_owner(connections, replies):
    """Else a misspelt name would be refused to everybody, and the test above would prove nothing."""
    for name in SERVICES:
        for queue in queues_of(name, replies):
            assert allowed(connections[name], ON_QUEUES["get"], queue, replies[name]), queue
        for exchange in exchanges_of(name):
            assert allowed(connections[name], ON_EXCHANGES["publish"], exchange, replies[name]), exchange
