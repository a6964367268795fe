"""Publishing with confirms over pika's asyncio connection: many messages in flight, each accounted for."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pika
from pika.adapters.asyncio_connection import AsyncioConnection

Outgoing = tuple[str, str, bytes, str]


class BrokerGone(Exception):
    """The connection or the channel was lost."""


def _drop(connection: AsyncioConnection) -> None:
    """Without a good-bye: close() would wait for a broker that has just not answered."""
    if connection.is_open:
        connection._terminate_stream(BrokerGone("given up"))


class ConfirmingPublisher:
    def __init__(self, connection: AsyncioConnection, channel: Any) -> None:
        self._connection = connection
        self._channel = channel
        self._next_tag = 1
        self._unconfirmed: dict[int, str] = {}
        self._returned: set[str] = set()
        self._settled: asyncio.Future[None] | None = None
        self._lost: BaseException | None = None
        channel.add_on_return_callback(self._on_return)
        channel.add_on_close_callback(self._on_close)
        connection.add_on_close_callback(self._on_close)

    @classmethod
    async def connect(cls, parameters: pika.URLParameters, timeout: float = 10.0) -> "ConfirmingPublisher":
        """Raises BrokerGone, and then leaves no connection behind."""
        loop = asyncio.get_running_loop()
        opened: asyncio.Future[AsyncioConnection] = loop.create_future()

        def fail(_connection: Any, error: BaseException) -> None:
            if not opened.done():
                opened.set_exception(BrokerGone(str(error)))

        AsyncioConnection(parameters, opened.set_result, fail, fail, custom_ioloop=loop)
        connection = await opened
        try:
            return await asyncio.wait_for(cls._confirming(connection), timeout)
        except BaseException as error:
            _drop(connection)
            if isinstance(error, TimeoutError):
                raise BrokerGone("no channel in time") from None
            raise

    @classmethod
    async def _confirming(cls, connection: AsyncioConnection) -> "ConfirmingPublisher":
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[Any] = loop.create_future()
        connection.channel(on_open_callback=ready.set_result)
        publisher = cls(connection, await ready)
        confirming: asyncio.Future[Any] = loop.create_future()
        publisher._channel.confirm_delivery(publisher._on_confirm, callback=confirming.set_result)
        await confirming
        return publisher

    async def publish_all(self, messages: Iterable[Outgoing], timeout: float = 30.0) -> list[bool]:
        """Publish (exchange, routing key, body, id) all at once; True where a queue took it.

        Raises BrokerGone unless the broker answered for every one of them.
        """
        self._check()
        ids: list[str] = []
        self._returned.clear()
        self._settled = asyncio.get_running_loop().create_future()
        for exchange, routing_key, body, message_id in messages:
            self._unconfirmed[self._next_tag] = message_id
            self._next_tag += 1
            ids.append(message_id)
            self._channel.basic_publish(
                exchange,
                routing_key,
                body,
                pika.BasicProperties(
                    content_type="application/cloudevents+json",
                    content_encoding="utf-8",
                    delivery_mode=2,
                    message_id=message_id,
                ),
                mandatory=True,
            )
        try:
            await asyncio.wait_for(self._settled, timeout)
        except TimeoutError:
            raise BrokerGone("no confirm in time") from None
        self._check()
        return [message_id not in self._returned for message_id in ids]

    async def close(self) -> None:
        if self._unconfirmed:
            _drop(self._connection)
        elif self._connection.is_open:
            self._connection.close()

    def _check(self) -> None:
        if self._lost is not None:
            raise BrokerGone(str(self._lost))

    def _on_return(self, _channel: Any, _method: Any, properties: Any, _body: bytes) -> None:
        # The return comes before the confirm of the same message.
        self._returned.add(properties.message_id)

    def _on_confirm(self, frame: Any) -> None:
        if isinstance(frame.method, pika.spec.Basic.Nack):
            self._on_close(None, BrokerGone("the broker refused an event"))
            return
        tag = frame.method.delivery_tag
        if frame.method.multiple:
            for known in [known for known in self._unconfirmed if known <= tag]:
                del self._unconfirmed[known]
        else:
            self._unconfirmed.pop(tag, None)
        if not self._unconfirmed and self._settled and not self._settled.done():
            self._settled.set_result(None)

    def _on_close(self, _where: Any, error: BaseException) -> None:
        self._lost = self._lost or error
        if self._settled and not self._settled.done():
            self._settled.set_result(None)
