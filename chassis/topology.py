"""The exchanges and queues of the bus, declared by a service's migrate step before producers start.

Names tell whose a thing is, because the accounts on the broker are given rights by patterns over names.
"""

import re
from collections.abc import Iterable
from typing import Any

import pika
from pika.exceptions import (
    AuthenticationError,
    ChannelClosedByBroker,
    ConnectionClosedByBroker,
    ProbableAuthenticationError,
)

from chassis.events import source_of
from chassis.ids import new_id

RPC_EXCHANGE = "nameko-rpc"
_NOT_FOUND, _OTHER_ARGUMENTS = 404, 406

#: Where answers may go: to one of ours, or to the bare UUID of a stock Nameko client. A request that names another key
#: would have the callee publish, in its own name, what its caller may not.
REPLY_KEY = re.compile(r"(reply\.[a-z]+\.)?[0-9a-f-]{36}")


def reply_key(owner: str) -> str:
    """A fresh routing key for the answers to one connection of `owner`."""
    return f"reply.{owner}.{new_id()}"


def reply_queue(key: str) -> str:
    return f"rpc.{key}"


def rpc_queue(service: str) -> str:
    return f"rpc-{service}"


def events_exchange(service: str) -> str:
    return f"{service}.events"


def events_queue(service: str) -> str:
    return f"events-{service}"


def dead_queue(service: str) -> str:
    return f"events-{service}.dead"


def own_exchange(service: str) -> str:
    """Leads to the service's own queues by their names; nobody else may publish there."""
    return f"{service}.own"


def retry_queue(service: str, delay_ms: int) -> str:
    """A waiting room: after its delay a message goes back to the service's queue of events."""
    return f"retry-{service}.{delay_ms}ms"


def why_not(error: Exception) -> str:
    """Why a connection was not made, in words for who typed the command."""
    refused = isinstance(error, ConnectionClosedByBroker | AuthenticationError | ProbableAuthenticationError)
    return f"the broker refuses this account: {error}" if refused else "the broker does not answer"


#: A message that crashed its consumer this often is parked by the broker itself.
DELIVERY_LIMIT = 5

#: Looking at a dead letter counts as a delivery, and a quorum queue drops after 20 unless told otherwise.
DEAD_QUEUE_ARGUMENTS = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}


def events_queue_arguments(service: str) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": own_exchange(service),
        "x-dead-letter-routing-key": dead_queue(service),
        # Parked at least once: an event is never dropped between two queues.
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def retry_queue_arguments(service: str, delay_ms: int) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-message-ttl": delay_ms,
        "x-dead-letter-exchange": own_exchange(service),
        "x-dead-letter-routing-key": events_queue(service),
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def declare(amqp_url: str, service: str, consumes: Iterable[str], delays_ms: Iterable[int]) -> None:
    """Declare what `service` publishes to and consumes from; harmless when it is there already."""
    types = sorted(consumes)
    connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
    try:
        sources = sorted({service, *map(source_of, types)})
        for exchange in (RPC_EXCHANGE, *map(events_exchange, sources)):
            _ensure_shared(connection, exchange)
        queues = _declare_queues(connection, service, delays_ms)
        channel = connection.channel()
        channel.exchange_declare(own_exchange(service), "direct", durable=True)
        for queue in queues:
            channel.queue_bind(queue, own_exchange(service), routing_key=queue)
        for event_type in types:
            exchange = events_exchange(source_of(event_type))
            channel.queue_bind(events_queue(service), exchange, routing_key=event_type)
    finally:
        connection.close()


def _ensure_shared(connection: Any, exchange: str) -> None:
    """Made together with the accounts, of which none may change it; by us on a broker without accounts."""
    try:
        connection.channel().exchange_declare(exchange, passive=True)
    except ChannelClosedByBroker as closed:
        if closed.reply_code != _NOT_FOUND:
            raise
        connection.channel().exchange_declare(exchange, "topic", durable=True)


def _declare_queues(connection: Any, service: str, delays_ms: Iterable[int]) -> list[str]:
    _declare_events_queue(connection, service)
    queues = {dead_queue(service): DEAD_QUEUE_ARGUMENTS} | {
        retry_queue(service, delay_ms): retry_queue_arguments(service, delay_ms) for delay_ms in delays_ms
    }
    channel = connection.channel()
    for queue, arguments in queues.items():
        channel.queue_declare(queue, durable=True, arguments=arguments)
    return [events_queue(service), *queues]


def _declare_events_queue(connection: Any, service: str) -> None:
    queue, arguments = events_queue(service), events_queue_arguments(service)
    try:
        connection.channel().queue_declare(queue, durable=True, arguments=arguments)
    except ChannelClosedByBroker as closed:
        if closed.reply_code != _OTHER_ARGUMENTS:
            raise
        # One from before the accounts, which buries by way of the default exchange: the broker itself still may.
        earlier = arguments | {"x-dead-letter-exchange": ""}
        connection.channel().queue_declare(queue, durable=True, arguments=earlier)
