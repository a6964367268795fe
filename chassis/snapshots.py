"""What other services rebuild their copies from: this service's aggregates, each as its newest event would tell it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, String, cast, column, table

from chassis.paging import page
from chassis.schemas import Command
from chassis.work import Work

_streams = table("outbox_streams", column("subject", String), column("sequence", Integer))


def snapshots(
    work: Work,
    rows: Select[*tuple[Any, ...]],
    *,
    subject: Any,
    query: Command,
    show: Callable[..., tuple[datetime, dict[str, Any]]],
) -> dict[str, Any]:
    """A page of `rows` in the order of `subject`, their events' subject; `show` gives a row's time and data.

    State and sequence are read by one statement: nothing is told under a newer sequence than its own.
    """

    def item(row: Any) -> dict[str, Any]:
        *shown, identity, sequence = row
        time, data = show(*shown)
        return {"subject": identity, "sequence": sequence, "time": time, "data": data}

    sequenced = rows.add_columns(cast(subject, String).label("subject"), _streams.c.sequence).join(
        _streams, _streams.c.subject == cast(subject, String)
    )
    return page(work, sequenced, key=(subject.asc(),), query=query, view=item)
