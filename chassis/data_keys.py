"""The rows of `data_keys`: read, made, wrapped anew. The only place that knows where keys are kept."""

from collections.abc import Iterable

import psycopg2
from sqlalchemy import Connection, text

from chassis import sealing
from chassis.errors import Unavailable
from chassis.sealing import LOOKUPS, Keyring, StoredKey
from chassis.settings import Settings

_KEYS = (
    "SELECT kid, sealed, CAST(extract(epoch FROM seals_from - clock_timestamp()) AS float8) AS seals_in"
    " FROM data_keys ORDER BY seals_from, kid"
)
_ADD = text(
    "INSERT INTO data_keys (kid, sealed, seals_from)"
    " VALUES (:kid, :sealed, clock_timestamp() + make_interval(secs => :wait))"
)
_ONE_AT_A_TIME = text("LOCK TABLE data_keys IN SHARE ROW EXCLUSIVE MODE")


def keyring(settings: Settings) -> Keyring:
    """Reads its keys when it first needs them, over a connection of its own: the pool's may all be waiting for it."""

    def read() -> Iterable[StoredKey]:
        try:
            connection = psycopg2.connect(
                settings.psycopg_dsn, connect_timeout=5, options="-c statement_timeout=4000"
            )
            try:
                with connection.cursor() as cursor:
                    cursor.execute(_KEYS)
                    return [StoredKey(*row) for row in cursor.fetchall()]
            finally:
                connection.close()
        except psycopg2.OperationalError as error:
            raise Unavailable from error

    secrets = tuple(secret for secret in (settings.data_secret, settings.data_secret_before) if secret)
    return Keyring(secrets, read, settings.data_keys_seconds)


def stored(connection: Connection) -> list[StoredKey]:
    return [StoredKey(*row) for row in connection.execute(text(_KEYS))]


def make_first(connection: Connection, settings: Settings) -> Keyring:
    """The keys a service starts with, if it has none; BadSettings when those it has are another secret's."""
    connection.execute(_ONE_AT_A_TIME)
    known = {row.kid for row in stored(connection)}
    if LOOKUPS not in known:
        _add(connection, settings, LOOKUPS)
    if not known - {LOOKUPS}:
        _add(connection, settings, sealing.new_kid())
    ring = keyring(settings)
    ring.learn(stored(connection))
    return ring


def add_next(connection: Connection, settings: Settings, wait: float) -> str:
    """A key that takes over in so many seconds."""
    kid = sealing.new_kid()
    _add(connection, settings, kid, wait)
    return kid


def _add(connection: Connection, settings: Settings, kid: str, wait: float = 0.0) -> None:
    sealed = sealing.wrapped(settings.data_secret, kid, sealing.new_key())
    connection.execute(_ADD, {"kid": kid, "sealed": sealed, "wait": wait})


def wrap_again(connection: Connection, settings: Settings) -> int:
    """Every key wrapped with DATA_SECRET, whichever of the two secrets it was wrapped with; how many."""
    connection.execute(_ONE_AT_A_TIME)
    rows = stored(connection)
    for row in rows:
        key = sealing.unwrapped((settings.data_secret, settings.data_secret_before), row.kid, row.sealed)
        connection.execute(
            text("UPDATE data_keys SET sealed = :sealed WHERE kid = :kid"),
            {"kid": row.kid, "sealed": sealing.wrapped(settings.data_secret, row.kid, key)},
        )
    return len(rows)
