"""A blocking RPC client for jobs and tools (not for services or the edge, which must not wait so)."""

import time
import uuid
from typing import Any

import pika

from chassis import wire
from chassis.context import DEFAULT_DEADLINE_SECONDS, RequestContext
from chassis.errors import ServiceError
from chassis.topology import RPC_EXCHANGE, reply_key, reply_queue


class RemoteFailure(Exception):
    """The callee refused: `problem` is what it said."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(f"{problem.get('code')}: {problem.get('detail')}")
        self.problem = problem

    @property
    def kind(self) -> type[ServiceError] | None:
        return ServiceError.registry.get(str(self.problem.get("code")))


class BlockingClient:
    """`client.call("catalogue", "list_agencies", {...})`; close it when done."""

    def __init__(self, amqp_url: str, caller: str = "job") -> None:
        self._connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
        self._channel = self._connection.channel()
        self._reply_to = reply_key(caller)
        queue = reply_queue(self._reply_to)
        arguments = {"x-queue-type": "classic"}
        self._channel.queue_declare(queue, exclusive=True, auto_delete=True, arguments=arguments)
        self._channel.queue_bind(queue, RPC_EXCHANGE, routing_key=self._reply_to)
        self._channel.basic_consume(queue, self._on_reply, auto_ack=True)
        self._replies: dict[str, Any] = {}
        self._expected: set[str] = set()

    def call(
        self,
        service: str,
        method: str,
        payload: dict[str, Any] | None = None,
        *,
        token: str | None = None,
        command_id: str | None = None,
        language: str = "vi",
        if_match: tuple[int, ...] | None = None,
        timeout: float = DEFAULT_DEADLINE_SECONDS,
    ) -> Any:
        """The result; raises RemoteFailure with the callee's problem, TimeoutError without an answer."""
        correlation_id = str(uuid.uuid4())
        context = RequestContext(
            deadline_ms=int((time.time() + timeout) * 1000),
            command_id=command_id,
            token=token,
            language="en" if language == "en" else "vi",
            if_match=if_match,
        )
        self._expected.add(correlation_id)
        self._channel.basic_publish(
            RPC_EXCHANGE,
            f"{service}.{method}",
            wire.request_body(payload or {}),
            pika.BasicProperties(
                content_type="application/json",
                content_encoding="utf-8",
                reply_to=self._reply_to,
                correlation_id=correlation_id,
                delivery_mode=1,
                expiration=str(int(timeout * 1000)),
                headers=context.to_headers(),
            ),
        )
        try:
            return self._awaited(correlation_id, time.monotonic() + timeout)
        finally:
            self._expected.discard(correlation_id)

    def _awaited(self, correlation_id: str, deadline: float) -> Any:
        while correlation_id not in self._replies:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("no answer in time; the outcome is unknown")
            self._connection.process_data_events(time_limit=left)
        reply = self._replies.pop(correlation_id)
        if reply["error"]:
            raise RemoteFailure(reply["error"]["exc_args"][0])
        return reply["result"]

    def _on_reply(self, _channel: Any, _method: Any, properties: Any, body: bytes) -> None:
        # A reply that comes after its caller gave up is dropped, not kept for ever.
        if properties.correlation_id in self._expected:
            self._replies[properties.correlation_id] = wire.decode(body)

    def close(self) -> None:
        if self._connection.is_open:
            self._connection.close()
