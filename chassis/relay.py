"""The outbox relay: a lean process that carries committed events to the broker, in order per aggregate.

One relay of a service is active (advisory lock); another one waits to take over. A batch is published
with confirms and `mandatory`; what the broker confirmed is marked, what it returned although it should
have a consumer stays and holds back the later events of its aggregate.
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import Any

import pika
import psycopg2
import psycopg2.extensions
from pika.exceptions import AMQPError

from chassis import metrics
from chassis.logs import get_logger
from chassis.publisher import BrokerGone, ConfirmingPublisher
from chassis.settings import Settings
from chassis.topology import events_exchange

log = get_logger(__name__)

BATCH = 500
PUBLISH_SECONDS = 30.0
STATEMENT_SECONDS = 10
#: Every step ends within its limit, so whoever makes none for so long hangs.
HANGS_AFTER_SECONDS = PUBLISH_SECONDS + STATEMENT_SECONDS
RETURNED_HOLD_SECONDS = 5
_LOCK = "SELECT pg_try_advisory_lock(hashtext('outbox-relay'))"
_FETCH = """
    SELECT position, id, type, subject, consumed, body FROM outbox o
    WHERE published_at IS NULL
      AND (held_until IS NULL OR held_until <= clock_timestamp())
      AND NOT EXISTS (SELECT 1 FROM outbox held
                      WHERE held.published_at IS NULL AND held.held_until > clock_timestamp()
                        AND held.subject = o.subject AND held.position < o.position)
    ORDER BY position LIMIT %s
"""
_MARK = "UPDATE outbox SET published_at = clock_timestamp() WHERE position = ANY(%s)"
_HOLD = (
    "UPDATE outbox SET held_until = clock_timestamp() + make_interval(secs => %s) WHERE position = ANY(%s)"
)
_BACKLOG = """
    SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)
    FROM outbox WHERE published_at IS NULL
"""
_PURGES = (
    # Only the oldest are looked at: there is no index on published_at.
    "DELETE FROM outbox WHERE position IN (SELECT position FROM outbox ORDER BY position LIMIT 5000)"
    " AND published_at < clock_timestamp() - make_interval(days => %s)",
    "DELETE FROM inbox WHERE event IN (SELECT event FROM inbox WHERE applied_at <"
    " clock_timestamp() - make_interval(days => %s) LIMIT 5000)",
    "DELETE FROM idempotency_keys WHERE (scope, key) IN (SELECT scope, key FROM idempotency_keys"
    " WHERE created_at < clock_timestamp() - make_interval(days => %s) LIMIT 5000)",
)
#: Longer than any access token lives.
KEEP_WITHDRAWN_SECONDS = 3600
_FORGET_WITHDRAWN = (
    "DELETE FROM withdrawn_access WHERE holder IN (SELECT holder FROM withdrawn_access WHERE told_at <"
    " clock_timestamp() - make_interval(secs => %s) LIMIT 5000)"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    position: int
    id: str
    type: str
    subject: str
    consumed: bool
    body: str


def in_rounds(batch: list[Waiting]) -> list[list[Waiting]]:
    """Split so that an event which may be held back never leaves together with a later one of its aggregate."""
    rounds: list[list[Waiting]] = []
    turns: dict[str, int] = {}
    for event in batch:
        turn = turns.get(event.subject, 0)
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(event)
        turns[event.subject] = turn + 1 if event.consumed else turn
    return rounds


class Relay:
    def __init__(self, settings: Settings, service: str) -> None:
        self._settings = settings
        self._service = service
        self._connection: Any = None
        self._watched = -1
        self._stopping = asyncio.Event()
        self._wake = asyncio.Event()
        self._housekept = time.monotonic()
        self._measured = 0.0
        self.active = False
        self._stepped_at = time.monotonic()

    @property
    def idle_seconds(self) -> float:
        """Since the last step it made: a statement, a confirmed batch, a try to reach a server."""
        return time.monotonic() - self._stepped_at

    @property
    def alive(self) -> bool:
        """Whether it goes on, however long a round takes and whoever is away."""
        return self.idle_seconds < HANGS_AFTER_SECONDS

    def stop(self) -> None:
        self._stopping.set()
        self._wake.set()

    async def run(self) -> None:
        """Until stopped: reconnect to whatever was lost, and go on where the outbox stands."""
        while not self._stopping.is_set():
            self._stepped()
            try:
                await self._serve()
            except (psycopg2.Error, AMQPError, BrokerGone, OSError) as error:
                log.warning("relay lost a connection", error=type(error).__name__)
                await self._pause(1.0)
            finally:
                self._set_active(False)
                self._close_database()

    async def _serve(self) -> None:
        self._open_database()
        if not await self._become_active():
            return
        parameters = pika.URLParameters(self._settings.amqp_url)
        parameters.heartbeat = self._settings.heartbeat
        publisher = await ConfirmingPublisher.connect(parameters)
        try:
            self._set_active(True)
            while not self._stopping.is_set():
                moved = await self._carry_batch(publisher)
                self._measure()
                self._housekeep()
                if moved < BATCH:
                    await self._pause(1.0)
        finally:
            await publisher.close()

    def _open_database(self) -> None:
        self._connection = psycopg2.connect(
            self._settings.psycopg_dsn,
            connect_timeout=5,
            # Keepalives let the server give the lock to the standby when this host is gone.
            options=f"-c statement_timeout={STATEMENT_SECONDS}s -c timezone=UTC -c jit=off"
            " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
            application_name=f"relay-{self._service}",
        )
        self._connection.autocommit = True
        self._rows("LISTEN outbox")
        self._watched = self._connection.fileno()
        asyncio.get_running_loop().add_reader(self._watched, self._notified)

    def _close_database(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        # Even when its socket is closed already: the next one may get the same number.
        asyncio.get_running_loop().remove_reader(self._watched)
        with contextlib.suppress(psycopg2.Error):
            connection.close()

    def _notified(self) -> None:
        try:
            self._connection.poll()
        except psycopg2.Error:
            # The next statement meets the same loss and starts the connection again.
            asyncio.get_running_loop().remove_reader(self._watched)
        else:
            self._connection.notifies.clear()
        self._wake.set()

    async def _become_active(self) -> bool:
        """Stand by until the lock is ours; False when stopped meanwhile."""
        while not self._stopping.is_set():
            if self._rows(_LOCK)[0][0]:
                return True
            await self._pause(1.0)
        return False

    async def _carry_batch(self, publisher: ConfirmingPublisher) -> int:
        self._wake.clear()
        batch = [Waiting(*row) for row in self._rows(_FETCH, (BATCH,))]
        if not batch:
            return 0
        held: dict[str, Waiting] = {}
        for events in in_rounds(batch):
            if free := [event for event in events if event.subject not in held]:
                held |= {event.subject: event for event in await self._carry(free, publisher)}
        if held:
            self._rows(_HOLD, (RETURNED_HOLD_SECONDS, [event.position for event in held.values()]))
            metrics.OUTBOX_RETURNED.inc(len(held))
            log.warning("events without a queue stay", types=sorted({e.type for e in held.values()}))
        return len(batch)

    async def _carry(self, events: list[Waiting], publisher: ConfirmingPublisher) -> list[Waiting]:
        """Publish and mark; the events that should have a queue and have none."""
        exchange = events_exchange(self._service)
        outgoing = ((exchange, event.type, event.body.encode(), str(event.id)) for event in events)
        outcomes = await publisher.publish_all(outgoing, PUBLISH_SECONDS)
        self._stepped()
        unrouted = [e for e, routed in zip(events, outcomes, strict=True) if e.consumed and not routed]
        done = [event.position for event in events if event not in unrouted]
        if done:
            self._rows(_MARK, (done,))
            metrics.OUTBOX_PUBLISHED.inc(len(done))
        return unrouted

    def _measure(self) -> None:
        if time.monotonic() - self._measured < 2:
            return
        self._measured = time.monotonic()
        waiting, oldest = self._rows(_BACKLOG)[0]
        metrics.OUTBOX_WAITING.set(waiting)
        metrics.OUTBOX_OLDEST.set(float(oldest))

    def _housekeep(self) -> None:
        if time.monotonic() - self._housekept < 60:
            return
        self._housekept = time.monotonic()
        for purge in _PURGES:
            self._rows(purge, (self._settings.keep_days,))
        self._rows(_FORGET_WITHDRAWN, (KEEP_WITHDRAWN_SECONDS,))

    def _rows(self, statement: str, values: Any = None) -> list[Any]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)
            rows = list(cursor.fetchall()) if cursor.description else []
        self._stepped()
        if self._connection.notifies:
            # They came in with the answer, so the socket will not tell of them.
            self._connection.notifies.clear()
            self._wake.set()
        return rows

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)

    def _stepped(self) -> None:
        self._stepped_at = time.monotonic()

    def _set_active(self, active: bool) -> None:
        self.active = active
        metrics.RELAY_ACTIVE.set(1 if active else 0)
