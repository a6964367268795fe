"""Where events wait to be tried again, and where they rest when trying is over."""

import time
from typing import Any

from amqp import Connection
from amqp.basic_message import Message
from kombu.utils.url import parse_url

from chassis.settings import Settings
from chassis.topology import dead_queue, own_exchange, retry_queue

#: An event that waits for an earlier one waits this long at most.
MAX_WAIT_SECONDS = 24 * 3600
#: How the reason begins of an event that came by another exchange than its owner's.
FORGED = "forged"
ATTEMPTS = "x-motcua-attempts"
FIRST_FAILED = "x-motcua-first-failed"


class Parking:
    def __init__(self, settings: Settings, service: str) -> None:
        self._settings = settings
        self._service = service

    def delay(self, message: Any, reason: str, *, counted: bool) -> bool:
        """Back to the queue after a delay; False when the attempts or the patience are used up."""
        headers = dict(message.headers or {})
        first_failed = float(headers.get(FIRST_FAILED, time.time()))
        attempts = int(headers.get(ATTEMPTS, 0)) + (1 if counted else 0)
        delays = self._settings.retry_delays_ms
        if attempts > len(delays) or time.time() - first_failed > MAX_WAIT_SECONDS:
            return False
        delay_ms = delays[attempts - 1] if counted else self._settings.waiting_delay_ms
        headers |= {
            ATTEMPTS: attempts,
            FIRST_FAILED: str(first_failed),
            "x-motcua-reason": reason[:500],
        }
        self._publish(message, retry_queue(self._service, delay_ms), headers)
        return True

    def park(self, message: Any, reason: str) -> None:
        headers = dict(message.headers or {})
        headers |= {
            "x-motcua-reason": reason[:500],
            "x-motcua-parked-at": str(time.time()),
        }
        self._publish(message, dead_queue(self._service), headers)

    def _publish(self, message: Any, queue: str, headers: dict[str, Any]) -> None:
        """Confirmed and mandatory: raises unless the broker has it in a queue. Failures are rare enough
        for a connection of their own, which keeps the consumer's connection free of waiting."""
        returned: list[Any] = []
        connection = Connection(confirm_publish=True, **connect_arguments(self._settings.amqp_url))
        try:
            connection.connect()
            channel = connection.channel()
            channel.events["basic_return"].add(lambda *args: returned.append(args))
            copy = Message(
                bytes(message.body),
                content_type="application/json",
                content_encoding="utf-8",
                delivery_mode=2,
                message_id=message.properties.get("message_id"),
                application_headers=headers,
            )
            channel.basic_publish(
                copy,
                exchange=own_exchange(self._service),
                routing_key=queue,
                mandatory=True,
                confirm_timeout=5,
            )
        finally:
            connection.close()
        if returned:
            raise ConnectionError(f"there is no queue {queue}")


def connect_arguments(url: str) -> dict[str, Any]:
    parts = parse_url(url)
    return {
        "host": f"{parts['hostname']}:{parts['port'] or 5672}",
        "userid": parts["userid"] or "guest",
        "password": parts["password"] or "guest",
        "virtual_host": parts["virtual_host"] or "/",
        "ssl": url.startswith("amqps://"),
        "connect_timeout": 5,
        "read_timeout": 5,
    }
