"""One AMQP connection per service process: consumes requests and events, and sends replies.

Nameko's QueueConsumer, with its faults mended: it stays open until handlers that run at SIGTERM have
acknowledged, it refuses what it cannot decode instead of dropping it, and it does not start a green
thread only to start another one.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from amqp import spec
from amqp.basic_message import Message
from amqp.exceptions import AMQPError
from kombu import Connection
from nameko.messaging import QueueConsumer as NamekoQueueConsumer

from chassis import frames, metrics
from chassis.lean import lean
from chassis.logs import get_logger
from chassis.topology import RPC_EXCHANGE

log = get_logger(__name__)


class BusConsumer(NamekoQueueConsumer):  # type: ignore[misc]
    def __init__(self) -> None:
        self._stop_requested = False
        #: The channel for sending; made anew with every connection.
        self.channel: Any = None
        super().__init__()

    @property
    def connection(self) -> Connection:
        settings = self.container.config["settings"]
        return Connection(settings.amqp_url, heartbeat=settings.heartbeat)

    @contextmanager
    def establish_connection(self) -> Iterator[Connection]:
        with self.create_connection() as connection:
            connection.ensure_connection(
                self.on_connection_error, interval_start=0.2, interval_step=0.4, interval_max=3
            )
            yield connection

    @property
    def connected(self) -> bool:
        return self.channel is not None and bool(self.channel.connection)

    def stop(self) -> None:
        """Stop only now: handlers still running need the connection to acknowledge and answer."""
        self._stop_requested = True
        super().stop()

    def kill(self) -> None:
        """Wait for nothing: what is not acknowledged goes back when the process ends."""
        if self._gt is not None:
            self._gt.kill()

    def on_iteration(self) -> None:
        self._cancel_consumers_if_requested()
        if self._stop_requested and not self._consumers:
            self.should_stop = True

    def on_connection_error(self, exc: Exception, interval: float) -> None:
        log.warning("broker unreachable", error=type(exc).__name__, retry_in=interval)

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        self.refuse(message, "undecodable")

    def get_consumers(self, consumer_cls: Any, channel: Any) -> Iterable[Any]:
        # Before the first message can come: its answer needs the channel.
        self.channel = channel.connection.channel()
        lean(channel.connection.transport)
        channel.auto_decode = False
        for provider in self._providers:
            if tell := getattr(provider, "on_connection", None):
                tell(self.channel)
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

    def send(self, routing_key: str, message: Message, *, mandatory: bool = False) -> bool:
        """Send a transient message on the RPC exchange, unconfirmed; False when the connection is gone."""
        if not self.connected:
            return False
        try:
            # basic_publish would first drain the socket that the consumer loop is reading.
            self.channel.send_method(
                spec.Basic.Publish, "Bssbb", (0, RPC_EXCHANGE, routing_key, mandatory, False), message
            )
        except (OSError, AMQPError):
            return False
        return True

    def answer(self, message: Any, body: bytes) -> bool:
        """Send the answer to a request and acknowledge the request, in one piece; False when it could not leave."""
        if not self.connected:
            return False
        connection, asked = self.channel.connection, message.properties
        reply_to, correlation_id = asked["reply_to"], asked.get("correlation_id") or ""
        data = frames.reply(
            self.channel.channel_id, RPC_EXCHANGE, reply_to, correlation_id, body, connection.frame_max
        )
        # A request of a connection that was lost is with the broker again.
        if message.channel.connection is connection:
            data += frames.ack(message.channel.channel_id, message.delivery_tag)
        try:
            connection.transport.write(data)
        except OSError:
            return False
        # Saves a heartbeat.
        connection.bytes_sent += 1
        return True

    def ack_message(self, message: Any) -> None:
        self._settle(message, message.ack)

    def requeue_message(self, message: Any) -> None:
        self._settle(message, message.requeue)

    def refuse(self, message: Any, reason: str) -> None:
        """Reject a message nobody could do anything with: dropped, or parked if its queue has a place for it."""
        log.error("message refused", reason=reason, routing_key=message.delivery_info.get("routing_key"))
        metrics.REFUSED_MESSAGES.labels(reason).inc()
        self._settle(message, message.reject)

    def _settle(self, message: Any, how: Callable[[], None]) -> None:
        # On a lost connection the broker has taken the message back already.
        with suppress(OSError, AMQPError):
            if message.channel.connection:
                how()
