"""For migrations: plain columns become sealed ones, in place."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from chassis import data_keys, sealing
from chassis.sealing import Keyring
from chassis.settings import Settings

BATCH = 1_000
#: Columns of text that hold JSON.
_JSON = {("idempotency_keys", "answer")}


def open_keyring(op: Any) -> Keyring:
    """The keys that this migration's database has, made here if it has none."""
    from alembic import context

    settings: Settings = context.config.attributes["settings"]
    return data_keys.make_first(op.get_bind(), settings)


def seal_columns(op: Any, ring: Keyring, service: str, table: str, *columns: str) -> None:
    """Seal what these columns hold. The last step writes the table anew: no plain value stays behind in its files."""
    connection = op.get_bind()
    found = {column["name"]: column for column in sa.inspect(connection).get_columns(table)}
    key = sa.inspect(connection).get_pk_constraint(table)["constrained_columns"]
    # What is JSON already is sealed as it stands.
    written = {name: isinstance(found[name]["type"], sa.JSON) or (table, name) in _JSON for name in columns}
    _alter(connection, table, [f"ALTER {name} TYPE text USING {name}::text" for name in columns])
    last: Sequence[str] | None = None
    while rows := _page(connection, table, key, columns, last):
        sealed = [_sealed(ring, service, table, row, written) for row in rows]
        last = [rows[-1][name] for name in key]
        _write(connection, table, key, columns, sealed)
    _alter(connection, table, [f"ALTER {name} TYPE bytea USING decode({name}, 'base64')" for name in columns])


def seal_idempotency_answers(op: Any, ring: Keyring, service: str) -> None:
    seal_columns(op, ring, service, "idempotency_keys", "answer")


def _alter(connection: sa.Connection, table: str, changes: list[str]) -> None:
    connection.exec_driver_sql(f"ALTER TABLE {table} {', '.join(changes)}")


def _page(
    connection: sa.Connection,
    table: str,
    key: list[str],
    columns: Sequence[str],
    last: Sequence[str] | None,
) -> Sequence[Any]:
    # Read as text, compared as what they are: the order of the primary key's index.
    shown = ", ".join(f"{name}::text AS {name}" for name in (*key, *columns))
    places, values = ", ".join(key), ", ".join(["%s"] * len(key))
    after = f"WHERE ({places}) > ({values})" if last else ""
    query = f"SELECT {shown} FROM {table} {after} ORDER BY {', '.join(f'{table}.{name}' for name in key)}"
    return connection.exec_driver_sql(f"{query} LIMIT {BATCH}", tuple(last or ())).mappings().all()


def _sealed(ring: Keyring, service: str, table: str, row: Any, written: dict[str, bool]) -> dict[str, Any]:
    key = {name: value for name, value in row.items() if name not in written}
    place = "/".join(key.values())
    sealed = dict(row)
    for column, is_json in written.items():
        if row[column] is not None:
            plain = row[column].encode() if is_json else orjson.dumps(row[column])
            opaque = ring.seal(plain, sealing.place(service, table, column, place))
            sealed[column] = b64encode(opaque).decode()
    return sealed


def _write(
    connection: sa.Connection,
    table: str,
    key: list[str],
    columns: Sequence[str],
    rows: list[dict[str, Any]],
) -> None:
    changes = ", ".join(f"{name} = %({name})s" for name in columns)
    these = " AND ".join(f"{name} = %({name})s" for name in key)
    connection.exec_driver_sql(f"UPDATE {table} SET {changes} WHERE {these}", rows)
