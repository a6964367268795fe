"""One AMQP connection per service process: consumes requests and events, and sends replies.

Nameko's QueueConsumer, with its faults mended: it stays open until handlers that run at SIGTERM have
acknowledged, it refuses what it cannot decode instead of dropping it, and it does not start a green
thread only to start another one.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from amqp import spec
from amqp.basic_message import Message
from kombu import Connection
from nameko.messaging import QueueConsumer as NamekoQueueConsumer

from chassis import metrics
from chassis.logs import get_logger
from chassis.topology import RPC_EXCHANGE

log = get_logger(__name__)


class BusConsumer(NamekoQueueConsumer):  # type: ignore[misc]
    def __init__(self) -> None:
        self._stop_requested = False
        self._reply_channel: Any = None
        super().__init__()

    @property
    def connection(self) -> Connection:
        settings = self.container.config["settings"]
        return Connection(settings.amqp_url, heartbeat=settings.heartbeat)

    @property
    def connected(self) -> bool:
        return self._reply_channel is not None and bool(self._reply_channel.connection)

    def stop(self) -> None:
        """Stop only now: handlers still running need the connection to acknowledge and answer."""
        self._stop_requested = True
        super().stop()

    def on_iteration(self) -> None:
        self._cancel_consumers_if_requested()
        if self._stop_requested and not self._consumers:
            self.should_stop = True

    @contextmanager
    def extra_context(self, connection: Any, channel: Any) -> Iterator[None]:
        self._reply_channel = connection.channel()
        try:
            yield
        finally:
            self._reply_channel = None

    def on_connection_error(self, exc: Exception, interval: float) -> None:
        log.warning("broker unreachable", error=type(exc).__name__, retry_in=interval)

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        log.error(
            "undecodable message refused",
            routing_key=message.delivery_info.get("routing_key"),
        )
        metrics.REFUSED_MESSAGES.labels("undecodable").inc()
        message.reject(requeue=False)

    def get_consumers(self, consumer_cls: Any, channel: Any) -> Iterable[Any]:
        for provider in self._providers:
            # `on_message` leaves the body alone: kombu's decoder would give meaning to what users write.
            consumer = consumer_cls(queues=[provider.queue], on_message=partial(self._started, provider))
            consumer.qos(prefetch_count=self.prefetch_count)
            self._consumers[provider] = consumer
        consumers: Iterable[Any] = self._consumers.values()
        return consumers

    def _started(self, provider: Any, message: Any) -> None:
        # Starting a worker waits while every one is busy; the connection must go on draining meanwhile.
        if self.container._worker_pool.free() > 0:
            provider.handle_message(None, message)
        else:
            self.container.spawn_managed_thread(partial(provider.handle_message, None, message), "waiting")

    def reply(self, reply_to: str, correlation_id: str | None, body: bytes) -> bool:
        """Send a transient reply, unconfirmed; False when the connection is gone.

        A lost reply is the caller's timeout, which it may retry with the same key.
        """
        channel = self._reply_channel
        if channel is None or not channel.connection:
            return False
        message = Message(
            body,
            content_type="application/json",
            content_encoding="utf-8",
            correlation_id=correlation_id,
            delivery_mode=1,
        )
        try:
            # basic_publish would first drain the socket that the consumer loop is reading.
            channel.send_method(
                spec.Basic.Publish,
                "Bssbb",
                (0, RPC_EXCHANGE, reply_to, False, False),
                message,
            )
        except OSError:
            return False
        return True

    def refuse(self, message: Any, reason: str) -> None:
        metrics.REFUSED_MESSAGES.labels(reason).inc()
        if message.channel.connection:
            message.reject(requeue=False)
