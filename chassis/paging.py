"""Keyset paging: a page costs the same wherever it lies, and nothing is skipped or shown twice."""

import base64
import binascii
from collections import namedtuple
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Select, UnaryExpression, tuple_
from sqlalchemy.exc import DataError
from sqlalchemy.sql.operators import desc_op

from chassis.errors import ValidationFailed
from chassis.schemas import Command
from chassis.work import Work


def page(
    work: Work,
    stmt: Select[*tuple[Any, ...]],
    *,
    key: Sequence[UnaryExpression[Any]],
    query: Command,
    view: Callable[[Any], Any],
) -> dict[str, Any]:
    """One page of `stmt` in the order of `key` (not null, unique, all ascending or all descending).

    `view` gets the mapped object, or a named tuple when several things are selected.
    """
    columns = [expression.element for expression in key]
    descending = {expression.modifier is desc_op for expression in key}
    if len(descending) != 1:
        raise TypeError("the key goes one way")
    if query.cursor:
        place = tuple_(*columns)
        after = tuple_(*_place(query.cursor, columns))
        stmt = stmt.where(place < after if descending == {True} else place > after)
    selected = [str(column["name"]) for column in stmt.column_descriptions]
    ordered = stmt.add_columns(*columns).order_by(*key).limit(query.limit + 1)
    try:
        rows = work.session.execute(ordered).all()
    except DataError:
        # Well-formed, but not of the column's kind: no UUID, a number out of range.
        if query.cursor:
            raise _bad_cursor() from None
        raise
    shown = rows[: query.limit]
    item = namedtuple("item", selected, rename=True)  # type: ignore[misc]  # noqa: PYI024
    width = len(selected)
    items = [view(row[0] if width == 1 else item(*row[:width])) for row in shown]
    more = len(rows) > query.limit
    return {"items": items, "next": cursor_of(shown[-1][width:]) if more else None}


def cursor_of(values: Sequence[Any]) -> str:
    """An opaque place in an order."""
    plain = [value.isoformat() if isinstance(value, date) else value for value in values]
    return base64.urlsafe_b64encode(orjson.dumps(plain)).decode().rstrip("=")


def _place(cursor: str, columns: Sequence[Any]) -> list[Any]:
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list):
            raise TypeError
        return [_read(value, column.type.python_type) for value, column in zip(values, columns, strict=True)]
    except (binascii.Error, ValueError, TypeError):
        raise _bad_cursor() from None


def _bad_cursor() -> ValidationFailed:
    vi, en = "Con trỏ trang không hợp lệ.", "This cursor is not valid."
    return ValidationFailed.on("/cursor", "bad-cursor", vi=vi, en=en)


def _read(value: Any, kind: type) -> Any:
    if issubclass(kind, datetime):
        return datetime.fromisoformat(value)
    if issubclass(kind, date):
        return date.fromisoformat(value)
    wrong = not isinstance(value, kind) or isinstance(value, bool) is not issubclass(kind, bool)
    if wrong or (isinstance(value, str) and "\x00" in value):
        raise TypeError
    return value
