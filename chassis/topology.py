"""The exchanges and queues of the bus, declared by a service's migrate step before producers start."""

from collections.abc import Iterable
from typing import Any

import pika

from chassis.events import source_of

RPC_EXCHANGE = "nameko-rpc"


def rpc_queue(service: str) -> str:
    return f"rpc-{service}"


def events_exchange(service: str) -> str:
    return f"{service}.events"


def events_queue(service: str) -> str:
    return f"events-{service}"


def dead_queue(service: str) -> str:
    return f"events-{service}.dead"


def retry_exchange(delay_ms: int) -> str:
    return f"retry.{delay_ms}ms"


#: A message that crashed its consumer this often is parked by the broker itself.
DELIVERY_LIMIT = 5

#: Looking at a dead letter counts as a delivery, and a quorum queue drops after 20 unless told otherwise.
DEAD_QUEUE_ARGUMENTS = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}


def events_queue_arguments(service: str) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead_queue(service),
        # Parked at least once: an event is never dropped between two queues.
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def declare(amqp_url: str, service: str, consumes: Iterable[str], delays_ms: Iterable[int]) -> None:
    """Declare what `service` publishes to and consumes from; harmless when it is there already."""
    connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
    try:
        channel = connection.channel()
        channel.exchange_declare(events_exchange(service), "topic", durable=True)
        channel.exchange_declare(RPC_EXCHANGE, "topic", durable=True)
        channel.queue_declare(dead_queue(service), durable=True, arguments=DEAD_QUEUE_ARGUMENTS)
        channel.queue_declare(events_queue(service), durable=True, arguments=events_queue_arguments(service))
        for event_type in consumes:
            exchange = events_exchange(source_of(event_type))
            channel.exchange_declare(exchange, "topic", durable=True)
            channel.queue_bind(events_queue(service), exchange, routing_key=event_type)
        for delay_ms in delays_ms:
            _declare_retry(channel, delay_ms)
    finally:
        connection.close()


def _declare_retry(channel: Any, delay_ms: int) -> None:
    """A waiting room: after its delay a message goes back to the queue its routing key names."""
    name = retry_exchange(delay_ms)
    channel.exchange_declare(name, "fanout", durable=True)
    channel.queue_declare(
        name,
        durable=True,
        arguments={
            "x-queue-type": "quorum",
            "x-message-ttl": delay_ms,
            "x-dead-letter-exchange": "",
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
    )
    channel.queue_bind(name, name)
