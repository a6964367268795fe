"""Agencies merged into others: a local copy of the catalogue's agencies tells which, and since when."""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import String, text
from sqlalchemy.orm import Mapped, mapped_column

if TYPE_CHECKING:
    from chassis.work import Work

# An agency reaches what those had that ended before today and became part of it, and those before them.
_MERGED = text(
    "WITH RECURSIVE reached (code) AS ("
    " SELECT CAST(:agency AS varchar)"
    " UNION"
    " SELECT agencies.code FROM agencies JOIN reached ON agencies.merged_into = reached.code"
    " WHERE agencies.valid_to < :today"
    ") SELECT code FROM reached"
)


class Merging:
    """The columns of a copy of agencies (table `agencies`, key `code`) that mergers are read from."""

    valid_to: Mapped[date | None]
    merged_into: Mapped[str | None] = mapped_column(String(60), index=True)


def merged_into(agency: str, work: "Work") -> frozenset[str]:
    """The agency itself and all that have become part of it by today."""
    values = {"agency": agency, "today": work.clock.today()}
    return frozenset(work.session.scalars(_MERGED, values))
