"""Runs one service: waits for its servers, starts the container, drains on SIGTERM, dies loudly."""

import inspect
import os
import signal
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import eventlet
import eventlet.wsgi
import psycopg2.extensions
from amqp.exceptions import AccessRefused, NotAllowed
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR
from sqlalchemy.exc import SQLAlchemyError

from chassis import metrics
from chassis.consumer import BusConsumer
from chassis.container import Container
from chassis.health import Cached, application
from chassis.logs import configure, get_logger
from chassis.revisions import at_head
from chassis.service import DatabaseHolder
from chassis.settings import Settings
from chassis.waiting import NotDeclared, require_queues, wait_for_broker, wait_for_database

log = get_logger(__name__)


def service_class(name: str) -> type:
    """`dossier` -> services.dossier.service.DossierService."""
    module = import_module(f"services.{name}.service")
    found: type = getattr(module, f"{name.title()}Service")
    return found


def entrypoints(service: str) -> Iterator[Any]:
    """What its class declares: RPC, events, jobs."""
    for _, method in inspect.getmembers(service_class(service), inspect.isfunction):
        yield from getattr(method, ENTRYPOINT_EXTENSIONS_ATTR, ())


class Runner:
    def __init__(self, name: str, settings: Settings, service: type | None = None) -> None:
        self.name, self.settings = name, settings
        self.container = Container(
            service or service_class(name),
            {
                "settings": settings,
                "AMQP_URI": settings.amqp_url,
                "HEARTBEAT": settings.heartbeat,
                "max_workers": settings.max_workers,
            },
        )
        self.started = self.stopping = False
        self._tick_at = time.monotonic()
        # A service of a test or benchmark has no migrations of its own.
        self._migrated = service is not None

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT; the exit status is not 0 when the service died."""
        if psycopg2.extensions.get_wait_callback() is None:
            raise RuntimeError("psycopg2 would block the hub: eventlet.monkey_patch() came too late")
        eventlet.spawn(self._tick)
        server = self._serve_health()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: eventlet.spawn(self.stop))
        try:
            with eventlet.Timeout(self.settings.start_seconds):
                wait_for_broker(self.settings)
                wait_for_database(self.settings)
                require_queues(self.settings, self.name)
                self.container.start()
        except eventlet.Timeout:
            log.error("not started in time", seconds=self.settings.start_seconds)
            return 1
        except NotDeclared as error:
            log.error("not started", reason=str(error))
            return 1
        except (AccessRefused, NotAllowed) as error:
            log.error("the broker refuses this account", reason=str(error))
            return 1
        self.started = True
        log.info("serving", workers=self.settings.max_workers)
        try:
            self.container.wait()
        except Exception:
            log.exception("service died")
            return 1
        finally:
            server.kill()
        log.info("stopped")
        return 0

    def stop(self) -> None:
        """Finish what runs, within the drain limit; what is left goes back to the broker."""
        if self.stopping:
            return
        self.stopping = True
        if not self.started:
            os._exit(0)
        log.info("draining")
        with eventlet.Timeout(self.settings.drain_seconds, False):
            self.container.stop()
            return
        log.error("drain limit reached")
        # Not container.kill(): without a broker it would wait for one.
        os._exit(1)

    def _tick(self) -> None:
        interval = 0.5
        while True:
            before = time.monotonic()
            eventlet.sleep(interval)
            self._tick_at = time.monotonic()
            metrics.HUB_LAG.set(max(0.0, self._tick_at - before - interval))
            pool = self.container._worker_pool
            metrics.WORKERS_MAX.set(pool.size)
            metrics.WORKERS_BUSY.set(pool.running())

    def _serve_health(self) -> Any:
        socket = eventlet.listen((self.settings.metrics_host, self.settings.metrics_port))
        ready = self._readiness()
        app = application(lambda: time.monotonic() - self._tick_at < 5, ready)
        return eventlet.spawn(eventlet.wsgi.server, socket, app, log_output=False)

    def _readiness(self) -> Callable[[], dict[str, bool]]:
        database = Cached(self._database_answers, 2)

        def ready() -> dict[str, bool]:
            return {
                "running": self.started and not self.stopping,
                "broker": self._consuming(),
                "database": database(),
                "migrated": self._migrated,
            }

        return ready

    def _consuming(self) -> bool:
        consumers = [e for e in self.container.subextensions if isinstance(e, BusConsumer)]
        return bool(consumers) and all(consumer.connected for consumer in consumers)

    def _database_answers(self) -> bool:
        holder = next((e for e in self.container.subextensions if isinstance(e, DatabaseHolder)), None)
        sessions = getattr(holder, "sessions", None)
        if sessions is None:
            return False
        try:
            sessions.ping()
            metrics.POOL_IN_USE.set(sessions.engine.pool.checkedout())
            self._migrated = self._migrated or at_head(self.name, sessions.engine)
        except SQLAlchemyError:
            return False
        return True


def serve(name: str) -> int:
    settings = Settings.from_environment()
    configure(name, settings.log_level)
    return Runner(name, settings).run()
