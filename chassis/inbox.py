"""Consuming events: applied once, tried again with growing delay, then parked with the reason."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import eventlet
from kombu import Queue
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, ProviderCollector, SharedExtension, register_entrypoint
from sqlalchemy import text

from chassis import metrics, wire
from chassis.consumer import BusConsumer
from chassis.errors import EarlierEventMissing, PermanentFailure, ServiceError, ValidationFailed
from chassis.events import Consumed, Event, source_of
from chassis.logs import get_logger, told
from chassis.parking import FORGED, Parking
from chassis.topology import events_exchange, events_queue, own_exchange
from chassis.trace import set_traceparent
from chassis.work import Work

log = get_logger(__name__)

_REQUEUE_SECONDS = 2.0

Handler = Callable[[Any, Event, Work], None]

_ENTER = text(
    "INSERT INTO inbox (event, type) VALUES (CAST(:event AS uuid), :type)"
    " ON CONFLICT (event) DO NOTHING RETURNING true"
)


@dataclass(frozen=True, slots=True)
class Disposition:
    """What becomes of a message: applied, tried again (counted or not), or parked."""

    what: Literal["applied", "repeated", "retry", "wait", "park"]
    reason: str = ""


class EventServer(SharedExtension, ProviderCollector):  # type: ignore[misc]
    """One queue of events per service; each type has one handler."""

    queue_consumer = BusConsumer()

    def __init__(self) -> None:
        self._handlers: dict[str, EventEntrypoint] = {}
        super().__init__()

    def setup(self) -> None:
        name = self.container.service_name
        self.parking = Parking(self.container.config["settings"], name)
        # Declared by the migrate step, before producers started; here it is only consumed.
        self.queue = Queue(events_queue(name), no_declare=True)
        # What comes back from waiting; the default exchange from queues that are older than the accounts.
        self._own = (own_exchange(name), "")

    def register_handler(self, entrypoint: "EventEntrypoint") -> None:
        self._handlers[entrypoint.reader.type] = entrypoint
        self.register_provider(entrypoint)
        self.queue_consumer.register_provider(self)

    def unregister_provider(self, provider: Any) -> None:
        super().unregister_provider(provider)
        if not self._providers:
            self.queue_consumer.unregister_provider(self)

    def handle_message(self, body: Any, message: Any) -> None:
        try:
            event = wire.decode(message.body)
            handler = self._handlers.get(event["type"])
            came_from, owner = message.delivery_info["exchange"], source_of(event["type"])
        except (ValueError, KeyError, TypeError, AttributeError):
            self._settle_aside(message, Disposition("park", "undecodable"))
            return
        if came_from not in (events_exchange(owner), *self._own):
            # Only the owner's account may publish to its exchange; what a message says of itself proves nothing.
            self._settle_aside(message, Disposition("park", f"{FORGED}: came by {came_from}"))
            return
        if handler is None:
            # During a rollout another replica may know this type already.
            self._settle_aside(message, Disposition("retry", "no-handler"))
            return
        handler.start_worker(event, message)

    def _settle_aside(self, message: Any, disposition: Disposition) -> None:
        """Not in the thread that reads for everybody: moving a message takes a connection and time."""
        self.container.spawn_managed_thread(partial(self._settle, message, disposition), "settling")

    def _settle(self, message: Any, disposition: Disposition, event_type: str = "") -> None:
        """Acknowledge only when the message is applied or safely somewhere else."""
        try:
            if disposition.what in ("park", "retry", "wait"):
                self._move(message, disposition, event_type)
            elif disposition.what == "repeated":
                metrics.EVENTS_REPEATED.labels(event_type).inc()
        except Exception as error:
            log.warning("event could not be moved, back to its queue", error=type(error).__name__)
            # At once it would come back at once, and five such rounds end in the dead letters.
            eventlet.sleep(_REQUEUE_SECONDS)
            self.queue_consumer.requeue_message(message)
        else:
            self.queue_consumer.ack_message(message)

    def _move(self, message: Any, disposition: Disposition, event_type: str) -> None:
        """To a waiting room, or to the dead letters when waiting cannot help or has not helped."""
        what, reason = disposition.what, disposition.reason
        if what != "park" and self.parking.delay(message, reason, counted=what == "retry"):
            metrics.EVENTS_RETRIED.labels(event_type).inc()
            return
        self.parking.park(message, reason)
        metrics.EVENTS_PARKED.labels(event_type, reason.split(":")[0]).inc()


class EventEntrypoint(Entrypoint):  # type: ignore[misc]
    server = EventServer()

    def __init__(self, reader: type[Consumed]) -> None:
        self.reader = reader
        super().__init__()

    def setup(self) -> None:
        self.server.register_handler(self)

    def stop(self) -> None:
        self.server.unregister_provider(self)

    def start_worker(self, event: dict[str, Any], message: Any) -> None:
        def handle_result(_worker: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            disposition = result if exc_info is None else Disposition("retry", "internal-error")
            self.server._settle(message, disposition, self.reader.type)
            return result, None

        try:
            self.container.spawn_worker(self, (event,), {}, handle_result=handle_result)
        except ContainerBeingKilled:
            self.server.queue_consumer.requeue_message(message)


def on_event(reader: type[Consumed]) -> Callable[[Handler], Any]:
    """A reaction to another service's event: its effect and its inbox row in one commit."""

    def decorate(handler: Handler) -> Any:
        def door(service: Any, body: dict[str, Any]) -> Disposition:
            set_traceparent(body.get("traceparent"))
            started = time.perf_counter()
            disposition = _applied(service, reader, handler, body)
            spent = time.perf_counter() - started
            metrics.ENTRYPOINT_SECONDS.labels("event", handler.__name__, disposition.what).observe(spent)
            return disposition

        door.__name__ = handler.__name__
        door.__doc__ = handler.__doc__
        register_entrypoint(door, EventEntrypoint(reader))
        return door

    return decorate


def _applied(service: Any, reader: type[Consumed], handler: Handler, body: dict[str, Any]) -> Disposition:
    try:
        event = Event.read(reader, body)
    except ValidationFailed as error:
        faults = "; ".join(f"{field.pointer} {field.code}" for field in error.errors)
        return Disposition("park", f"unreadable: {faults}")
    except (KeyError, TypeError, ValueError) as error:
        return Disposition("park", f"unreadable: {type(error).__name__} {error}")
    try:
        with service.database.work() as work:
            if not work.session.execute(_ENTER, {"event": event.meta.id, "type": event.meta.type}).scalar():
                return Disposition("repeated")
            handler(service, event, work)
        return Disposition("applied")
    except EarlierEventMissing as error:
        return Disposition("wait", f"earlier-event-missing: {error}")
    except PermanentFailure as error:
        return Disposition("park", f"refused: {error}")
    except ServiceError as error:
        # Retryable: a lock, the database or a service was not there; the event is not to blame.
        return (
            Disposition("wait", error.code) if error.retryable else Disposition("park", f"refused: {error}")
        )
    except Exception as error:
        log.exception("event failed", entrypoint=handler.__name__, event_id=event.meta.id)
        return Disposition("retry", told(error))
