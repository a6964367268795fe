"""Events put on the bus as the relay of their service would put them."""

import json
from typing import Any

import pika

from chassis.events import Meta, source_of
from chassis.topology import events_exchange


def publish(amqp_url: str, meta: Meta, data: dict[str, Any]) -> None:
    """Confirmed and mandatory: raises when nobody's queue is bound for it."""
    envelope = {
        "specversion": "1.0",
        "id": meta.id,
        "source": "/" + source_of(meta.type),
        "type": meta.type,
        "subject": meta.subject,
        "sequence": meta.sequence,
        "time": meta.time.isoformat(),
        "datacontenttype": "application/json",
        "data": data,
    }
    connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
    channel = connection.channel()
    channel.confirm_delivery()
    exchange = events_exchange(source_of(meta.type))
    channel.basic_publish(exchange, meta.type, json.dumps(envelope).encode(), mandatory=True)
    connection.close()
