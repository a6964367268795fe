"""Who in office read an account's personal data: kept as told, shown to the owner."""

from typing import Any

from sqlalchemy import select

from chassis.caller import Caller
from chassis.events import Event, source_of
from chassis.paging import page
from chassis.reads import PURPOSES
from chassis.schemas import Command
from chassis.work import Work
from services.identity.tables import Account, DataAccess

_FIELDS = ("owner", "reader", "agency", "roles", "purpose", "dossier", "reference", "at")


def keep(event: Event, work: Work) -> None:
    """Enter a reading into the owner's record."""
    told = {name: event.values[name] for name in _FIELDS}
    work.add(DataAccess(id=event.meta.id, service=source_of(event.meta.type), **told))


def mine(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Who read the caller's data, when, why and about which dossier; the newest first."""
    row = DataAccess
    wanted = (
        select(row, Account).outerjoin(Account, Account.id == row.reader).where(caller.scope(owner=row.owner))
    )
    newest_first = (row.at.desc(), row.id.desc())
    return page(
        work, wanted, key=newest_first, query=query, view=lambda found: _view(found[0], found[1], work)
    )


def _view(row: DataAccess, reader: Account | None, work: Work) -> dict[str, Any]:
    known = PURPOSES.get(row.purpose)
    return {
        "at": row.at,
        "reader": {"name": reader.name if reader else None, "agency": row.agency, "roles": row.roles},
        "purpose": {"code": row.purpose, "name": known.render(work.language) if known else row.purpose},
        "service": row.service,
        "dossier": row.dossier,
        "reference": row.reference,
    }
