"""What a service needs before it serves: a broker, a database, and its queues."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg2
from amqp import Connection
from amqp.exceptions import NotFound

from chassis.logs import get_logger
from chassis.parking import connect_arguments
from chassis.settings import Settings
from chassis.topology import dead_queue, events_queue, retry_queue

log = get_logger(__name__)


class NotDeclared(Exception):
    """The migrate step has not made, or not with these settings, what this service consumes from."""


def wait_for_broker(settings: Settings) -> None:
    """Return when it lets us in; whoever calls sets the limit."""
    _wait("waiting for the broker", lambda: _broker(settings).close(), OSError)


def wait_for_database(settings: Settings) -> None:
    """Return when it lets us in; whoever calls sets the limit."""

    def look() -> None:
        psycopg2.connect(settings.psycopg_dsn, connect_timeout=5).close()

    _wait("waiting for the database", look, psycopg2.OperationalError)


def _wait(words: str, look: Callable[[], None], away: type[Exception]) -> None:
    delay = 0.1
    while True:
        try:
            return look()
        except away as error:
            # Both name the server's address and what it said, and no password.
            log.info(words, reason=str(error).split("\n", 1)[0])
        time.sleep(delay)
        delay = min(delay * 2, 2.0)


def _broker(settings: Settings) -> Connection:
    connection = Connection(**connect_arguments(settings.amqp_url))
    try:
        connection.connect()
    except BaseException:
        connection.close()
        raise
    return connection


def require_queues(settings: Settings, service: str) -> None:
    """Raises NotDeclared now, rather than when the first event of all cannot be tried again."""
    with closing(_broker(settings)) as connection:
        lacking = sorted(_lacking(connection, settings, service))
    if lacking:
        raise NotDeclared(
            f"the broker has no {', '.join(lacking)}; run the migrate step with the settings of this process"
            f" (RETRY_DELAYS_MS={','.join(map(str, settings.retry_delays_ms))},"
            f" WAITING_DELAY_MS={settings.waiting_delay_ms})"
        )


def _lacking(connection: Connection, settings: Settings, service: str) -> Iterator[str]:
    rooms = (retry_queue(service, delay) for delay in settings.delays_ms)
    for queue in (events_queue(service), dead_queue(service), *rooms):
        # A channel ends with the first thing that is not there.
        channel = connection.channel()
        try:
            channel.queue_declare(queue, passive=True)
        except NotFound:
            yield queue
        else:
            channel.close()
