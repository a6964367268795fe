"""`python -m chassis seal status|rotate|rewrap SERVICE`: the keys of personal data, while the service goes on serving.

A rotation that was interrupted is taken up again by the next: what is sealed with the newest key is left as it is.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    LargeBinary,
    Table,
    bindparam,
    func,
    select,
    text,
    tuple_,
    type_coerce,
)

from chassis import data_keys, sealing
from chassis.database import create_service_engine
from chassis.logs import configure
from chassis.sealed import SealedBytes, give_keyring, keyring_of
from chassis.sealing import LOOKUPS, StoredKey
from chassis.settings import Settings

BATCH = 200
#: Rows that a service holds are passed over, and looked at again so often.
_PASSES = 20
_LOCK = text("SELECT pg_try_advisory_lock(hashtext('data keys'))")

Say = Callable[[str], None]


def main(action: str, service: str) -> int:
    settings = Settings.from_environment()
    configure(f"{service}-seal", settings.log_level)
    return run(action, service, settings, partial(print, flush=True))


def run(action: str, service: str, settings: Settings, say: Say) -> int:
    """One of the commands; the exit status."""
    settings = replace(settings, statement_timeout_ms=600_000)
    tables = sealed_tables(service)
    if action == "status":
        with _engine(settings) as engine:
            return status(engine, service, tables, say)
    if action == "rewrap":
        with _engine(settings) as engine, engine.begin() as connection:
            count = data_keys.wrap_again(connection, settings)
        say(f"{service}: {count} keys wrapped with DATA_SECRET; DATA_SECRET_BEFORE is needed no more")
        return 0
    return rotate(settings, service, tables, say)


def sealed_tables(service: str) -> list[Table]:
    """The tables of a service that hold sealed values."""
    metadata = import_module(f"services.{service}.tables").Base.metadata
    return [table for table in metadata.sorted_tables if _columns(table)]


def status(engine: Engine, service: str, tables: Sequence[Table], say: Say) -> int:
    with engine.connect() as connection:
        keys = _data_keys(connection)
        found = _values_per_key(connection, tables)
    sealing_now = next((key.kid for key in reversed(keys) if key.seals_in_seconds <= 0), None)
    for key in keys:
        state = (
            "seals" if key.kid == sealing_now else "seals soon" if key.seals_in_seconds > 0 else "opens only"
        )
        say(f"{service}: key {key.kid} {state}, {found.pop(key.kid, 0)} values")
    for kid, count in found.items():
        say(f"{service}: key {kid} IS MISSING, {count} values cannot be opened")
    return 1 if found else 0


def rotate(settings: Settings, service: str, tables: Sequence[Table], say: Say) -> int:
    """A new key, everything sealed with it, the old ones removed; 1 when something is left for another time."""
    with _engine(settings) as engine, engine.connect() as watch:
        if not watch.scalar(_LOCK):
            say(f"{service}: another rotation is under way")
            return 1
        watch.commit()
        newest = _newest(engine, settings, service, say)
        _wait(newest.seals_in_seconds, f"{service}: until every process knows key {newest.kid}", say)
        taken_over_at = time.monotonic()
        give_keyring(engine, _ring(engine, settings))
        left = _all_sealed_with(newest.kid, engine, tables, say)
        # Transactions that began under the key before are over by then.
        rest = 2 * settings.data_keys_seconds - (time.monotonic() - taken_over_at)
        _wait(rest, f"{service}: until what was begun before is over", say)
        left += _all_sealed_with(newest.kid, engine, tables, lambda _: None)
        return _remove_unused(newest.kid, engine, service, tables, say) if not left else 1


def _newest(engine: Engine, settings: Settings, service: str, say: Say) -> StoredKey:
    with engine.begin() as connection:
        keys = _data_keys(connection)
        if len(keys) == 1:
            kid = data_keys.add_next(connection, settings, 1.5 * settings.data_keys_seconds)
            say(f"{service}: made key {kid}")
            keys = _data_keys(connection)
        else:
            say(f"{service}: going on with key {keys[-1].kid}")
        return keys[-1]


def _wait(seconds: float, why: str, say: Say) -> None:
    if seconds > 0:
        say(f"{why}: {seconds:.0f} s")
        time.sleep(seconds)


def _ring(engine: Engine, settings: Settings) -> sealing.Keyring:
    ring = data_keys.keyring(settings)
    with engine.connect() as connection:
        ring.learn(data_keys.stored(connection))
    return ring


def _all_sealed_with(kid: str, engine: Engine, tables: Sequence[Table], say: Say) -> int:
    """How many rows a service kept us from."""
    return sum(_table_sealed_with(kid, engine, table, say) for table in tables)


def _table_sealed_with(kid: str, engine: Engine, table: Table, say: Say) -> int:
    for _ in range(_PASSES):
        looked_at = changed = missed = 0
        for page in _pages(engine, table):
            due = [row.key for row in page if row.due(sealing.head_of(kid))]
            done = _seal_again(engine, table, due, sealing.head_of(kid)) if due else 0
            looked_at, changed, missed = looked_at + len(page), changed + done, missed + len(due) - done
            if looked_at % (50 * BATCH) == 0:
                say(
                    f"{table.metadata.info['service']}/{table.name}: {looked_at} rows so far, {changed} sealed anew"
                )
        say(f"{table.metadata.info['service']}/{table.name}: {looked_at} rows, {changed} sealed anew")
        if not missed:
            return 0
        time.sleep(0.2)
    return missed


class _Row:
    """A row's key and its sealed values."""

    def __init__(self, found: Any, width: int) -> None:
        self.key = tuple(found[:width])
        self.values = [None if value is None else bytes(value) for value in found[width:]]

    def due(self, head: bytes) -> bool:
        return any(value is not None and not value.startswith(head) for value in self.values)


def _columns(table: Table) -> list[Any]:
    return [column for column in table.columns if isinstance(column.type, SealedBytes)]


def _query(table: Table) -> Any:
    raw = [type_coerce(column, LargeBinary) for column in _columns(table)]
    return select(*table.primary_key, *raw).order_by(*table.primary_key)


def _pages(engine: Engine, table: Table) -> Iterator[list[_Row]]:
    key = tuple_(*table.primary_key)
    query = _query(table).limit(BATCH)
    last: tuple[Any, ...] | None = None
    while True:
        with engine.connect() as connection:
            wanted = query if last is None else query.where(key > tuple_(*_typed(table, last)))
            page = [_Row(found, len(key.clauses)) for found in connection.execute(wanted)]
        if not page:
            return
        yield page
        last = page[-1].key


def _typed(table: Table, key: tuple[Any, ...]) -> list[Any]:
    return [
        bindparam(None, value, type_=column.type)
        for value, column in zip(key, table.primary_key, strict=True)
    ]


def _seal_again(engine: Engine, table: Table, keys: list[tuple[Any, ...]], head: bytes) -> int:
    """In one short transaction; rows that somebody holds are left for another time."""
    these = tuple_(*table.primary_key).in_(keys)
    with engine.begin() as connection:
        locked = _query(table).where(these).with_for_update(key_share=True, skip_locked=True)
        rows = [_Row(found, len(keys[0])) for found in connection.execute(locked)]
        changes = [_change(connection, table, row) for row in rows if row.due(head)]
        if changes:
            connection.execute(_update(table), changes)
    return len(rows)


def _change(connection: Connection, table: Table, row: _Row) -> dict[str, Any]:
    ring, service = keyring_of(connection.dialect), table.metadata.info["service"]
    changed: dict[str, Any] = {f"key_{n}": value for n, value in enumerate(row.key)}
    for column, value in zip(_columns(table), row.values, strict=True):
        there = sealing.place(service, table.name, column.name, "/".join(map(str, row.key)))
        changed[f"new_{column.name}"] = None if value is None else ring.seal(ring.open(value, there), there)
    return changed


def _update(table: Table) -> Any:
    new = {column.name: bindparam(f"new_{column.name}", type_=LargeBinary) for column in _columns(table)}
    statement = table.update().values(new)
    for n, column in enumerate(table.primary_key):
        statement = statement.where(column == bindparam(f"key_{n}", type_=column.type))
    return statement


def _data_keys(connection: Connection) -> list[StoredKey]:
    return [key for key in data_keys.stored(connection) if key.kid != LOOKUPS]


def _values_per_key(connection: Connection, tables: Sequence[Table]) -> dict[str, int]:
    found: dict[str, int] = {}
    for table in tables:
        for column in _columns(table):
            raw = type_coerce(column, LargeBinary)
            kid = func.encode(func.substring(raw, 2, sealing.KID_BYTES), "hex")
            counts = select(kid, func.count()).where(column.is_not(None)).group_by(kid)
            for one, count in connection.execute(counts):
                found[one] = found.get(one, 0) + count
    return found


def _remove_unused(newest: str, engine: Engine, service: str, tables: Sequence[Table], say: Say) -> int:
    """What a removed key sealed is lost for good: only the count of all values decides."""
    with engine.begin() as connection:
        used = _values_per_key(connection, tables)
        old = [key.kid for key in _data_keys(connection) if key.kid != newest]
        for kid in old:
            if used.get(kid):
                say(f"{service}: key {kid} stays, {used[kid]} values need it; rotate again")
            else:
                connection.execute(text("DELETE FROM data_keys WHERE kid = :kid"), {"kid": kid})
                say(f"{service}: removed key {kid}")
    return 1 if any(used.get(kid) for kid in old) else 0


@contextmanager
def _engine(settings: Settings) -> Iterator[Engine]:
    engine = create_service_engine(settings, pool_size=2)
    try:
        yield engine
    finally:
        engine.dispose()
