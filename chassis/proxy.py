"""Asking another service, for the rare case that a local copy cannot serve.

The worker and its transaction wait meanwhile: ask early, with a short timeout, and have a fallback.
"""

import time
from dataclasses import replace
from typing import Any

from amqp.basic_message import Message
from eventlet.event import Event
from kombu import Exchange, Queue
from nameko.extensions import DependencyProvider, SharedExtension

from chassis import wire
from chassis.consumer import BusConsumer
from chassis.context import DEFAULT_DEADLINE_SECONDS, RequestContext
from chassis.errors import DeadlineExceeded, Unavailable, from_problem
from chassis.ids import new_id
from chassis.service_keys import ServiceKeys
from chassis.topology import RPC_EXCHANGE, reply_key, reply_queue
from chassis.trace import current_traceparent


class Replies(SharedExtension):  # type: ignore[misc]
    """The calls under way, and the queue their answers come to: a new one with every connection."""

    queue_consumer = BusConsumer()
    queue: Queue

    def __init__(self) -> None:
        self.waiting: dict[str, Event] = {}
        super().__init__()

    def setup(self) -> None:
        self.queue_consumer.register_provider(self)

    def stop(self) -> None:
        self.queue_consumer.unregister_provider(self)

    def on_connection(self, channel: Any) -> None:
        """Whoever asked over the old connection will not hear any more."""
        for answer in self.waiting.values():
            if not answer.ready():
                answer.send_exception(DeadlineExceeded())
        channel.events["basic_return"].add(self._returned)
        self.reply_to = reply_key(self.container.service_name)
        self.queue = Queue(
            reply_queue(self.reply_to),
            exchange=Exchange(RPC_EXCHANGE, type="topic", durable=True, no_declare=True),
            routing_key=self.reply_to,
            durable=False,
            exclusive=True,
            auto_delete=True,
            no_ack=True,
            queue_arguments={"x-queue-type": "classic"},
        )

    def handle_message(self, body: Any, message: Any) -> None:
        answer = self.waiting.get(message.properties.get("correlation_id"))
        if answer is not None and not answer.ready():
            answer.send(bytes(message.body))

    def _returned(self, _error: Any, _exchange: str, _routing_key: str, message: Any) -> None:
        answer = self.waiting.get(message.properties.get("correlation_id"))
        if answer is not None and not answer.ready():
            answer.send_exception(Unavailable())

    def ask(self, target: str, payload: Any, context: RequestContext, seconds: float) -> Any:
        correlation_id = new_id()
        answer = self.waiting[correlation_id] = Event()
        request = Message(
            wire.request_body(payload),
            content_type="application/json",
            content_encoding="utf-8",
            reply_to=self.reply_to,
            correlation_id=correlation_id,
            delivery_mode=1,
            expiration=str(int(seconds * 1000)),
            application_headers=context.to_headers(),
        )
        try:
            if not self.queue_consumer.send(target, request, mandatory=True):
                raise Unavailable
            reply = answer.wait(seconds)
        finally:
            del self.waiting[correlation_id]
        if reply is None:
            raise DeadlineExceeded
        return _result(wire.decode(reply))


class Remote(DependencyProvider):  # type: ignore[misc]
    """`catalogue = Remote("catalogue")` in a service; `self.catalogue.call("agency_snapshots", {...})` in its methods."""

    replies = Replies()

    def __init__(self, service: str) -> None:
        self.service = service

    def setup(self) -> None:
        self.keys = ServiceKeys.of(self.container.service_name, self.container.config["settings"])

    def get_dependency(self, worker_ctx: Any) -> "Asking":
        return Asking(self, _context_of(worker_ctx.args))


class Asking:
    """What one worker asks; its calls have the time that is left of its own."""

    def __init__(self, remote: Remote, context: RequestContext) -> None:
        self._remote, self._context = remote, context

    def call(
        self,
        method: str,
        payload: dict[str, Any] | None = None,
        *,
        timeout: float | None = None,
        command_id: str | None = None,
        on_behalf: bool = False,
    ) -> Any:
        """The answer, or the error the other service gave.

        As this service, or `on_behalf` of who asked it. Raises Unavailable when the call was certainly not carried
        out, DeadlineExceeded when it may have been.
        """
        seconds = min(self._context.seconds_left, timeout or DEFAULT_DEADLINE_SECONDS)
        if seconds <= 0:
            raise DeadlineExceeded
        asked, caller = self._remote.service, self._remote.container.service_name
        context = replace(
            self._context,
            deadline_ms=int((time.time() + seconds) * 1000),
            command_id=command_id or self._context.command_id,
            token=self._context.token if on_behalf else self._remote.keys.token(asked),
            if_match=None,
            traceparent=current_traceparent(),
            call_id=f"{caller}.{new_id()}",
        )
        return self._remote.replies.ask(f"{asked}.{method}", payload or {}, context, seconds)

    @property
    def pending(self) -> int:
        """How many calls of this process wait for an answer."""
        return len(self._remote.replies.waiting)


def _context_of(arguments: tuple[Any, ...]) -> RequestContext:
    """Of the request at hand; the event at hand gives its id, so that a redelivery does not do things twice."""
    match arguments:
        case (_, RequestContext() as context):
            return context
        case ({"id": event_id},):
            return RequestContext(command_id=str(event_id))
        case _:
            return RequestContext()


def _result(reply: Any) -> Any:
    if reply["error"] is None:
        return reply["result"]
    raise from_problem(reply["error"]["exc_args"][0])
