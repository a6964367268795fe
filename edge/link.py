"""The link to the broker: one connection that comes back by itself, a channel to ask, a channel to hear."""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pika
from pika.adapters.asyncio_connection import AsyncioConnection, _AsyncioIOServicesAdapter
from pika.channel import Channel
from pika.exceptions import (
    AMQPError,
    ChannelClosedByBroker,
    ProbableAccessDeniedError,
    ProbableAuthenticationError,
)
from pika.spec import Basic, BasicProperties

from chassis.logs import get_logger
from chassis.topology import RPC_EXCHANGE, reply_key, reply_queue

#: Access refused; no access to the virtual host.
_REFUSALS = (403, 530)
_REFUSED = (ProbableAuthenticationError, ProbableAccessDeniedError)
_SETUP_SECONDS, _CLOSE_SECONDS = 10.0, 2.0
_FIRST_DELAY, _LONGEST_DELAY = 0.1, 5.0

# It reports every attempt with its stack; what an operator needs of that is in our own lines.
logging.getLogger("pika").setLevel(logging.CRITICAL)

OnMessage = Callable[[BasicProperties, bytes], None]
log = get_logger(__name__)


class _Loop(_AsyncioIOServicesAdapter):  # type: ignore[misc]
    """Lets pika write at once; the loop watches for room only when there was none."""

    def __init__(self) -> None:
        super().__init__(asyncio.get_running_loop())
        self._wanting: set[int] = set()
        self._watched: set[int] = set()

    def set_writer(self, fd: int, on_writable: Callable[[], None]) -> None:
        self._wanting.add(fd)
        self._loop.call_soon(self._try, fd, on_writable)

    def remove_writer(self, fd: int) -> bool:
        self._wanting.discard(fd)
        if fd in self._watched:
            self._watched.remove(fd)
            self._loop.remove_writer(fd)
        return True

    def _try(self, fd: int, on_writable: Callable[[], None]) -> None:
        if fd in self._wanting:
            on_writable()
        if fd in self._wanting:
            self._watched.add(fd)
            self._loop.add_writer(fd, on_writable)


class _Connection(AsyncioConnection):  # type: ignore[misc]
    """Sends what is published in one turn of the loop together.

    A message is three frames, of which pika would make a system call and a TCP segment each.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._waiting_frames: list[bytes] = []
        super().__init__(*args, **kwargs)

    def _output_marshaled_frames(self, marshaled_frames: Any) -> None:
        if not self._waiting_frames:
            asyncio.get_running_loop().call_soon(self._flush)
        self._waiting_frames += marshaled_frames

    def _flush(self) -> None:
        frames, self._waiting_frames = self._waiting_frames, []
        if not self.is_closed:
            super()._output_marshaled_frames([b"".join(frames)])


class Link:
    """Keeps one AMQP connection open; hands replies and returned messages to its owner."""

    def __init__(self, url: str, heartbeat: int, on_reply: OnMessage, on_returned: OnMessage) -> None:
        self._parameters = pika.URLParameters(url)
        self._parameters.heartbeat = heartbeat
        self._parameters.client_properties = {"connection_name": "motcua-edge"}
        self._on_reply, self._on_returned = on_reply, on_returned
        self._connection: _Connection | None = None
        self._asking: Channel | None = None
        self._task: asyncio.Task[None] | None = None
        self._closed: asyncio.Future[str]
        self._away_since: float | None = None
        self.on_lost: Callable[[], None] = lambda: None
        self.reply_to = ""
        self.blocked = False

    @property
    def ready(self) -> bool:
        return self._asking is not None and not self.blocked

    def start(self) -> None:
        self._task = asyncio.create_task(self._keep_open())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._connection is not None and self._connection.is_open:
            self._connection.close()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closed, _CLOSE_SECONDS)

    def publish(self, routing_key: str, body: bytes, properties: BasicProperties) -> None:
        """Hand a message to the broker; raises AMQPError when there is no open channel."""
        if self._asking is None:
            raise AMQPError("not connected")
        self._asking.basic_publish(RPC_EXCHANGE, routing_key, body, properties, mandatory=True)

    async def _keep_open(self) -> None:
        delay = _FIRST_DELAY
        while True:
            self._closed = closed = asyncio.get_running_loop().create_future()
            try:
                await self._set_up(closed)
            except (AMQPError, OSError) as error:
                self._drop()
                self._away(str(error))
            else:
                self._back()
                delay = _FIRST_DELAY
                # Not `await closed`: cancelling this task must not cancel what `close` waits for.
                await asyncio.wait({closed})
                self._away(closed.result())
            await asyncio.sleep(delay * random.uniform(0.5, 1.0))
            delay = min(delay * 2, _LONGEST_DELAY)

    def _away(self, reason: str) -> None:
        """Said once, however often connecting fails after that."""
        if self._away_since is None:
            self._away_since = time.monotonic()
            log.warning("broker away", reason=reason)

    def _back(self) -> None:
        away = 0.0 if self._away_since is None else time.monotonic() - self._away_since
        self._away_since = None
        log.info("broker connected", away_seconds=round(away, 1))

    async def _set_up(self, closed: asyncio.Future[str]) -> None:
        opening = asyncio.create_task(self._open(closed))
        first: set[asyncio.Future[Any]] = {opening, closed}
        try:
            await asyncio.wait(first, timeout=_SETUP_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not opening.done():
                raise AMQPError("closed or silent while setting up")
            opening.result()
        finally:
            opening.cancel()

    async def _open(self, closed: asyncio.Future[str]) -> None:
        opened: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def on_closed(_: Any, reason: BaseException) -> None:
            # One given up during set-up may end late, when its successor is long at work.
            if self._connection is connection:
                self._asking = None
                self.on_lost()
            _fail(opened, AMQPError(repr(reason)))
            if not closed.done():
                closed.set_result(repr(reason))

        self._connection = connection = _Connection(
            self._parameters,
            on_open_callback=lambda it: _settle(opened, it),
            on_open_error_callback=lambda _, error: _fail(opened, _told(error)),
            on_close_callback=on_closed,
            custom_ioloop=_Loop(),
        )
        await opened
        self.blocked = False
        # No blocked_connection_timeout: a new connection would not know that the broker is blocked.
        connection.add_on_connection_blocked_callback(lambda *_: self._block(True))
        connection.add_on_connection_unblocked_callback(lambda *_: self._block(False))
        self.reply_to = reply_key("edge")
        await self._hear(connection)
        asking = await _channel(connection)
        asking.add_on_return_callback(lambda _, __, properties, body: self._on_returned(properties, body))
        self._asking = asking

    async def _hear(self, connection: _Connection) -> None:
        channel = await _channel(connection)
        queue = reply_queue(self.reply_to)
        arguments = {"x-queue-type": "classic"}
        await _done(
            lambda it: channel.queue_declare(
                queue, exclusive=True, auto_delete=True, arguments=arguments, callback=it
            )
        )
        # The services' migrations make the exchange; until then this ends the connection, and it is tried again.
        await _done(
            lambda it: channel.queue_bind(queue, RPC_EXCHANGE, routing_key=self.reply_to, callback=it)
        )
        # Without our reply queue we are deaf: start over.
        channel.add_on_cancel_callback(lambda _: connection.close())
        await _done(lambda it: channel.basic_consume(queue, self._heard, auto_ack=True, callback=it))

    def _heard(self, _: Channel, __: Basic.Deliver, properties: BasicProperties, body: bytes) -> None:
        self._on_reply(properties, body)

    def _block(self, blocked: bool) -> None:
        log.warning("broker blocks publishers" if blocked else "broker takes messages again")
        self.blocked = blocked

    def _drop(self) -> None:
        self._asking = None
        connection, self._connection = self._connection, None
        # Also one that is still opening: it would open later, with nobody to use or close it.
        if connection is not None and not (connection.is_closed or connection.is_closing):
            connection.close()


async def _channel(connection: _Connection) -> Channel:
    channel: Channel = await _done(lambda it: connection.channel(on_open_callback=it))

    def on_closed(_: Channel, reason: BaseException) -> None:
        if connection.is_open:
            _told(reason)
            connection.close()

    channel.add_on_close_callback(on_closed)
    return channel


def _told(reason: BaseException) -> AMQPError:
    """The loss as our error; said aloud when trying again will not help, because the account may not do this."""
    if getattr(reason, "reply_code", None) in _REFUSALS or isinstance(reason, _REFUSED):
        log.error("the broker refuses this account", reason=repr(reason))
    elif isinstance(reason, ChannelClosedByBroker):
        log.error("channel closed by the broker", reason=repr(reason))
    return AMQPError(repr(reason))


async def _done(start: Callable[[Callable[[Any], None]], Any]) -> Any:
    """Turn pika's completion callback into something to await."""
    future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    start(lambda result: _settle(future, result))
    return await future


def _settle(future: asyncio.Future[Any], result: Any) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
