"""The base of every Nameko service, and the decorators of its doors."""

import time
from collections.abc import Callable
from typing import Any

import eventlet
from eventlet.semaphore import Semaphore
from nameko.extensions import DependencyProvider, Entrypoint, SharedExtension, register_entrypoint
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from chassis import metrics
from chassis.caller import Caller
from chassis.consumer import BusConsumer
from chassis.database import Sessions, create_service_engine
from chassis.events import Event
from chassis.inbox import on_event
from chassis.keys import TokenKeyPublished, remember_key
from chassis.logs import get_logger
from chassis.rpc import command, query
from chassis.service_keys import ServiceKeys
from chassis.texts import Language
from chassis.tokens import TokenVerifier
from chassis.trace import set_traceparent
from chassis.withdrawn import AccessWithdrawn, remember
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
        settings = self.container.config["settings"]
        self.secret = settings.service_secret
        self._services = ServiceKeys.of(self.container.service_name, settings)
        self._verifier: TokenVerifier | None = None

    def caller(self, token: str | None, language: Language) -> Caller:
        if self._verifier is None:
            self._verifier = TokenVerifier(self.holder.sessions, self._services)
        return self._verifier.caller(token, language)

    def get_dependency(self, worker_ctx: Any) -> "Doorkeeper":
        return self


class Service:
    """What all services share: a database of their own, a doorkeeper, and which tokens count."""

    name: str
    database: Any
    doorkeeper = Doorkeeper()

    @on_event(TokenKeyPublished)
    def token_key_published(self, event: Event, work: Work) -> None:
        remember_key(event, work)

    @on_event(AccessWithdrawn)
    def access_withdrawn(self, event: Event, work: Work) -> None:
        remember(event, work)


class Leadership(SharedExtension):  # type: ignore[misc]
    """Which replica runs the jobs: the one that holds a lock, for as long as its connection lives."""

    holder = DatabaseHolder()

    def __init__(self) -> None:
        self._connection: Connection | None = None
        self._asking = Semaphore()

    def held(self) -> bool:
        with self._asking:
            try:
                if self._connection is None:
                    self._connection = self._connect()
                if self._connection.scalar(text("SELECT pg_try_advisory_lock(hashtext('jobs'))")):
                    return True
            except (DBAPIError, PoolTimeout) as error:
                log.warning("no lock for jobs", error=type(error).__name__)
            self._let_go()
            return False

    def _connect(self) -> Connection:
        connection: Connection = self.holder.sessions.engine.connect()
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        # Not one of the pool's any more, which counts on getting its connections back.
        connection.detach()
        return connection

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def stop(self) -> None:
        self._let_go()


class Every(Entrypoint):  # type: ignore[misc]
    """A job at fixed intervals, on one of all replicas."""

    leadership = Leadership()

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
            if self.leadership.held():
                self._run_once()
            self._stopping.wait(timeout=self.seconds)

    def _run_once(self) -> None:
        done = eventlet.event.Event()

        def finished(_worker: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            done.send(None)
            return result, None

        self.container.spawn_worker(self, (), {}, handle_result=finished)
        done.wait()


def every(*, seconds: float) -> Callable[[Callable[[Any, Sessions], None]], Any]:
    """A job; it opens its own units of work and may take its time."""

    def decorate(job: Callable[[Any, Sessions], None]) -> Any:
        def door(service: Any) -> None:
            set_traceparent(None)
            started, outcome = time.perf_counter(), "ok"
            try:
                job(service, service.database)
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
