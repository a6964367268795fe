"""The one-off processes of a service: migrate, seed, rebuild; and the relay's process."""

import asyncio
import signal
import threading
from collections.abc import Callable
from importlib import import_module
from wsgiref.simple_server import WSGIRequestHandler, make_server

from chassis.health import application
from chassis.logs import configure, get_logger
from chassis.settings import Settings

log = get_logger(__name__)


def migrate(service: str) -> int:
    """Bring the database to head and declare the queues, so that producers may start."""
    from chassis.migrations import upgrade
    from chassis.topology import declare

    settings = Settings.from_environment()
    configure(service, settings.log_level)
    upgrade(service, settings)
    declare(settings.amqp_url, service, consumed_types(service), settings.delays_ms)
    log.info("migrated")
    return 0


def consumed_types(service: str) -> list[str]:
    """The event types a service has handlers for."""
    from chassis.inbox import EventEntrypoint
    from chassis.runner import entrypoints

    return sorted({e.reader.type for e in entrypoints(service) if isinstance(e, EventEntrypoint)})


def seed(service: str, *, sandbox: bool) -> int:
    """Load the starter data; running it again changes nothing."""
    from chassis.database import Sessions, create_service_engine

    settings = Settings.from_environment()
    configure(service, settings.log_level)
    try:
        starter = import_module(f"services.{service}.starter")
    except ModuleNotFoundError:
        return 0
    engine = create_service_engine(settings, pool_size=2)
    starter.load(Sessions(engine), sandbox)
    engine.dispose()
    return 0


def relay(service: str) -> int:
    """Carry this service's outbox to the broker until SIGTERM."""
    from chassis.relay import Relay

    settings = Settings.from_environment()
    configure(f"{service}-relay", settings.log_level)

    async def main() -> None:
        carrier = Relay(settings, service)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, carrier.stop)
        _serve_health(settings, lambda: carrier.alive)
        log.info("relaying")
        await carrier.run()

    asyncio.run(main())
    log.info("stopped")
    return 0


def _serve_health(settings: Settings, alive: Callable[[], bool]) -> None:
    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Probes are not news."""

    app = application(alive, lambda: {"alive": alive()})
    server = make_server(settings.metrics_host, settings.metrics_port, app, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
