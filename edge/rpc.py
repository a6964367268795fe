"""Calls to services: pipelined over one link, each with a deadline, an outcome that is never guessed."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from pika.exceptions import AMQPError
from pika.spec import BasicProperties

from chassis import wire
from chassis.errors import DeadlineExceeded, Unavailable, ValidationFailed
from chassis.faults import Fault
from chassis.ids import new_id
from edge.link import Link


class Reply(NamedTuple):
    """What a service answered, and whether it only repeats what it answered to the same key before."""

    result: Any
    replayed: bool = False


class RemoteError(Exception):
    """The service refused: `problem` is what it says, already in the caller's language."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem["code"])
        self.problem = problem
        self.code: str = problem["code"]


class OutcomeUnknown(Exception):
    """The connection went away while a call was under way."""


class RemoteFailure(Exception):
    """The service broke in a way it has no words for."""


class Rpc:
    """Asks services over RabbitMQ in Nameko's wire format."""

    def __init__(self, url: str, *, heartbeat: int = 30, max_pending: int = 2_000) -> None:
        self._link = Link(url, heartbeat, self._replied, self._returned)
        self._link.on_lost = self._lost
        self._pending: dict[str, asyncio.Future[bytes]] = {}
        self._max_pending = max_pending

    @property
    def ready(self) -> bool:
        return self._link.ready

    @property
    def pending(self) -> int:
        return len(self._pending)

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._link.start()

    async def close(self) -> None:
        await self._link.close()

    async def call(self, target: str, payload: Any, context: Mapping[str, Any], timeout: float) -> Reply:
        """The reply of `service.method`.

        Raises RemoteError for the service's own refusal, Unavailable when the request was certainly not
        carried out, OutcomeUnknown or DeadlineExceeded when it may have been.
        """
        if not self._link.ready or len(self._pending) >= self._max_pending:
            raise Unavailable
        correlation_id = new_id()
        answer: asyncio.Future[bytes] = self._loop.create_future()
        self._pending[correlation_id] = answer
        timer = self._loop.call_later(timeout, _expire, answer)
        try:
            self._publish(target, correlation_id, payload, context, timeout)
            return _read(await answer)
        except AMQPError:
            raise Unavailable from None
        finally:
            timer.cancel()
            self._pending.pop(correlation_id, None)

    def _publish(
        self, target: str, correlation_id: str, payload: Any, context: Mapping[str, Any], timeout: float
    ) -> None:
        milliseconds = int(timeout * 1000)
        headers = {
            "nameko.call_id_stack": ["edge." + correlation_id],
            "nameko.deadline": int(time.time() * 1000) + milliseconds,
            **context,
        }
        properties = BasicProperties(
            content_type="application/json",
            content_encoding="utf-8",
            headers=headers,
            delivery_mode=1,
            correlation_id=correlation_id,
            reply_to=self._link.reply_to,
            expiration=str(milliseconds),
        )
        try:
            body = wire.request_body(payload)
        except TypeError:
            # More can be read than written: nothing of ours is nested so deeply.
            raise ValidationFailed([Fault("too-deep").at("")]) from None
        self._link.publish(target, body, properties)

    def _waiting(self, properties: BasicProperties) -> "asyncio.Future[bytes] | None":
        answer = self._pending.get(properties.correlation_id or "")
        return None if answer is None or answer.done() else answer

    def _replied(self, properties: BasicProperties, body: bytes) -> None:
        # A late reply has nobody waiting any more: its caller was told that the outcome is unknown.
        if answer := self._waiting(properties):
            answer.set_result(body)

    def _returned(self, properties: BasicProperties, _: bytes) -> None:
        if answer := self._waiting(properties):
            answer.set_exception(Unavailable())

    def _lost(self) -> None:
        for answer in self._pending.values():
            if not answer.done():
                answer.set_exception(OutcomeUnknown())


def _expire(answer: "asyncio.Future[bytes]") -> None:
    if not answer.done():
        answer.set_exception(DeadlineExceeded())


def _read(body: bytes) -> Reply:
    reply = wire.decode(body)
    error = reply["error"]
    if error is None:
        return Reply(reply["result"], "replayed" in reply)
    arguments = error.get("exc_args") or [None]
    if isinstance(arguments[0], dict) and "code" in arguments[0]:
        raise RemoteError(arguments[0])
    raise RemoteFailure(error.get("exc_type"))
