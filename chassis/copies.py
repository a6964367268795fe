"""Local copies of another service's data: how a row is kept, and what `./motcua rebuild` needs to know.

A service declares in its `rebuilding.py`: `COPIES = {"procedures": Copy("catalogue", "procedure_snapshots", reader,
apply)}`; a copy that several events feed is a tuple of such parts, rebuilt one after the other. Each snapshot item is
{subject, sequence, time, data}, `data` as in the event the copy is fed by; `apply` is the handler of that event, which
ignores what is older than what it has, and does nothing twice.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects.postgresql import insert

from chassis.events import Consumed, Event
from chassis.work import Work


@dataclass(frozen=True, slots=True)
class Copy:
    owner: str
    rpc: str
    reader: type[Consumed]
    apply: Callable[[Event, Work], None]


Copies = Mapping[str, Copy | tuple[Copy, ...]]


def parts(copy: Copy | tuple[Copy, ...]) -> tuple[Copy, ...]:
    """What a copy is made of: one source, or several."""
    return copy if isinstance(copy, tuple) else (copy,)


def keep(
    event: Event,
    work: Work,
    table: Any,
    row: Mapping[str, Any],
    *,
    key: Collection[str] = (),
    fixed: Collection[str] = (),
) -> None:
    """Insert the row, or replace one that is not newer by `sequence`, but for what is fixed.

    `key` names a unique constraint's columns; without it they are the primary key's. The same sequence is the same
    state told again: it is written once more, so that a rebuild mends what was damaged.
    """
    index = list(key) or [column.key for column in inspect(table).primary_key]
    statement = insert(table).values({**row, "sequence": event.meta.sequence})
    told = statement.excluded
    kept = {name: told[name] for name in (*row, "sequence") if name not in {*index, *fixed}}
    work.session.execute(
        statement.on_conflict_do_update(
            index_elements=index, set_=kept, where=told.sequence >= table.sequence
        )
    )
