"""The base of every Nameko service, and the decorators of its doors."""

import time
from collections.abc import Callable
from typing import Any

import eventlet
from nameko.extensions import (
    DependencyProvider,
    Entrypoint,
    SharedExtension,
    register_entrypoint,
)
from sqlalchemy import MetaData, text

from chassis import metrics
from chassis.caller import Caller
from chassis.consumer import BusConsumer
from chassis.database import Sessions, create_service_engine
from chassis.events import Event
from chassis.inbox import on_event
from chassis.keys import TokenKeyPublished, remember_key
from chassis.logs import get_logger
from chassis.rpc import command, query
from chassis.texts import Language
from chassis.tokens import TokenVerifier
from chassis.trace import set_traceparent
from chassis.work import Work

__all__ = ["Database", "Service", "command", "every", "on_event", "query"]

log = get_logger(__name__)


class DatabaseHolder(SharedExtension):  # type: ignore[misc]
    """One engine per process."""

    sessions: Sessions

    def setup(self) -> None:
        if not hasattr(self, "sessions"):
            self.sessions = Sessions(create_service_engine(self.container.config["settings"]))

    def stop(self) -> None:
        self.sessions.engine.dispose()


class Database(DependencyProvider):  # type: ignore[misc]
    """Gives a service its units of work."""

    holder = DatabaseHolder()

    def __init__(self, metadata: MetaData | None = None) -> None:
        self.metadata = metadata

    def get_dependency(self, worker_ctx: Any) -> Sessions:
        sessions: Sessions = self.holder.sessions
        return sessions


class Doorkeeper(DependencyProvider):  # type: ignore[misc]
    """Tells a service who is calling."""

    holder = DatabaseHolder()
    queue_consumer = BusConsumer()

    def setup(self) -> None:
        self.secret = self.container.config["settings"].service_secret
        self._verifier: TokenVerifier | None = None

    def caller(self, token: str | None, language: Language) -> Caller:
        if self._verifier is None:
            self._verifier = TokenVerifier(self.holder.sessions, self.secret)
        return self._verifier.caller(token, language)

    def get_dependency(self, worker_ctx: Any) -> "Doorkeeper":
        return self


class Service:
    """What all services share: a database of their own, a doorkeeper, and the keys of tokens."""

    name: str
    database: Any
    doorkeeper = Doorkeeper()

    @on_event(TokenKeyPublished)
    def token_key_published(self, event: Event, work: Work) -> None:
        remember_key(event, work)


class Every(Entrypoint):  # type: ignore[misc]
    """A job at fixed intervals: over all replicas, one runs it at a time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._stopping = eventlet.event.Event()
        super().__init__()

    def start(self) -> None:
        self._stopping = eventlet.event.Event()
        self._thread = self.container.spawn_managed_thread(self._tick)

    def stop(self) -> None:
        if not self._stopping.ready():
            self._stopping.send(None)
        self._thread.wait()

    def kill(self) -> None:
        self._thread.kill()

    def _tick(self) -> None:
        while not self._stopping.ready():
            done = eventlet.event.Event()

            def finished(_worker: Any, result: Any, exc_info: Any, done: Any = done) -> tuple[Any, Any]:
                done.send(None)
                return result, None

            self.container.spawn_worker(self, (), {}, handle_result=finished)
            done.wait()
            self._stopping.wait(timeout=self.seconds)


def every(*, seconds: float) -> Callable[[Callable[[Any, Sessions], None]], Any]:
    def decorate(job: Callable[[Any, Sessions], None]) -> Any:
        def door(service: Any) -> None:
            set_traceparent(None)
            started, outcome = time.perf_counter(), "ok"
            try:
                outcome = _run_alone(service, job)
            except Exception as error:
                outcome = type(error).__name__
                log.exception("job failed", entrypoint=job.__name__)
            finally:
                spent = time.perf_counter() - started
                metrics.ENTRYPOINT_SECONDS.labels("job", job.__name__, outcome).observe(spent)

        door.__name__ = job.__name__
        door.__doc__ = job.__doc__
        register_entrypoint(door, Every(seconds))
        return door

    return decorate


def _run_alone(service: Any, job: Callable[[Any, Sessions], None]) -> str:
    """The lock lives on a connection of its own, in no transaction, so the job may take its time."""
    sessions: Sessions = service.database
    with sessions.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name = {"name": f"job:{job.__name__}"}
        if not connection.scalar(text("SELECT pg_try_advisory_lock(hashtext(:name))"), name):
            return "elsewhere"
        try:
            job(service, sessions)
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(hashtext(:name))"), name)
    return "ok"
