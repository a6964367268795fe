"""Requests on the wire as a test wants them: well-formed or not, alone or many at once."""

import json
import time
import uuid
from contextlib import suppress
from typing import Any

import pika
from pika.exceptions import AMQPError

from chassis.context import RequestContext
from chassis.topology import RPC_EXCHANGE, events_exchange


class Asker:
    """Speaks Nameko's protocol by hand, so that a test can break it."""

    def __init__(self, amqp_url: str) -> None:
        parameters = pika.URLParameters(amqp_url)
        parameters.heartbeat = 0
        self._connection = pika.BlockingConnection(parameters)
        self._channel = self._connection.channel()
        self.reply_to = str(uuid.uuid4())
        queue = f"rpc.reply-test-{self.reply_to}"
        self._channel.queue_declare(queue, exclusive=True, arguments={"x-queue-type": "classic"})
        self._channel.exchange_declare(RPC_EXCHANGE, "topic", durable=True)
        self._channel.queue_bind(queue, RPC_EXCHANGE, self.reply_to)
        self._channel.basic_consume(queue, self._heard, auto_ack=True)
        self._replies: dict[str, dict[str, Any]] = {}

    def _heard(self, _channel: Any, _method: Any, properties: Any, body: bytes) -> None:
        self._replies[properties.correlation_id] = json.loads(body)

    def send(
        self,
        target: str,
        payload: Any = None,
        *,
        body: bytes | None = None,
        headers: dict[str, Any] | None = None,
        seconds: float = 10.0,
        **changed: Any,
    ) -> str:
        """Publish a request; `changed` replaces message properties (None leaves one out)."""
        correlation_id = str(uuid.uuid4())
        context = RequestContext(deadline_ms=int((time.time() + seconds) * 1000), traceparent=None)
        properties = {
            "content_type": "application/json",
            "content_encoding": "utf-8",
            "reply_to": self.reply_to,
            "correlation_id": correlation_id,
            "delivery_mode": 1,
            "headers": context.to_headers() | (headers or {}),
        } | changed
        request = {"args": [], "kwargs": {"payload": payload or {}}}
        self._channel.basic_publish(
            RPC_EXCHANGE,
            target,
            json.dumps(request).encode() if body is None else body,
            pika.BasicProperties(**properties),
        )
        return correlation_id

    def reply(self, correlation_id: str, seconds: float = 10.0) -> dict[str, Any]:
        """The whole reply: {"result", "error"}."""
        deadline = time.monotonic() + seconds
        while correlation_id not in self._replies:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"no reply within {seconds} s")
            self._connection.process_data_events(time_limit=left)
        return self._replies.pop(correlation_id)

    def ask(self, target: str, payload: Any = None, **how: Any) -> dict[str, Any]:
        return self.reply(self.send(target, payload, **how))

    def result(self, target: str, payload: Any = None, **how: Any) -> Any:
        reply = self.ask(target, payload, **how)
        assert reply["error"] is None, reply["error"]
        return reply["result"]

    def problem(self, target: str, payload: Any = None, **how: Any) -> dict[str, Any]:
        reply = self.ask(target, payload, **how)
        assert reply["error"] is not None, reply["result"]
        problem: dict[str, Any] = reply["error"]["exc_args"][0]
        return problem

    def event(self, service: str, event_type: str, body: bytes, **properties: Any) -> None:
        """Publish straight to a service's exchange of events."""
        self._channel.basic_publish(
            events_exchange(service),
            event_type,
            body,
            pika.BasicProperties(**({"content_type": "application/json", "delivery_mode": 2} | properties)),
        )

    def waiting(self, queue: str) -> int:
        """How many messages of a queue nobody has been given."""
        return int(self._channel.queue_declare(queue, passive=True).method.message_count)

    def close(self) -> None:
        with suppress(AMQPError):
            self._connection.close()


def key(value: str) -> dict[str, Any]:
    return {"nameko.command_id": value}


def cloud_event(text: str, *, event_id: str | None = None, subject: str = "s", sequence: int = 1) -> bytes:
    """An event of the echo service as its relay would send it."""
    return json.dumps(
        {
            "specversion": "1.0",
            "id": event_id or str(uuid.uuid4()),
            "source": "/echo",
            "type": "vn.motcua.echo.noted.v1",
            "subject": subject,
            "sequence": sequence,
            "time": "2026-11-22T08:00:00+00:00",
            "data": {"note": "n", "text": text},
        }
    ).encode()
