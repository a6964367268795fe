"""The read side: consignments, for those who may see them."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from chassis import acting
from chassis.caller import Caller
from chassis.errors import NotFound
from chassis.ids import as_id
from chassis.paging import page
from chassis.schemas import Command
from chassis.work import Work
from services.postal import states, tables
from services.postal.texts import STATES


def consignments(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """The caller's own; for officials their agency's; for postal staff all."""
    _require_all(caller)
    mine = caller.scope(owner=tables.Consignment.owner, agency=tables.Consignment.agency)
    stmt = select(tables.Consignment).where(mine)
    if query.dossier is not None:
        stmt = stmt.where(_of_dossier(query.dossier))
    key = (tables.Consignment.registered_at.desc(), tables.Consignment.id.desc())
    return page(work, stmt, key=key, query=query, view=lambda row: view(_seen(row, caller), work))


def consignment(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    _require_all(caller)
    row = work.get(tables.Consignment, query.id)
    if row is None:
        raise NotFound
    caller.authorise(owner=row.owner, agency=row.agency)
    return view(_seen(row, caller), work) | {"history": _history(row, work)}


def _require_all(caller: Caller) -> None:
    # What is posted does not tell its procedure here: it takes a mandate to read everything.
    acting.require(caller, "read")


def _seen(row: tables.Consignment, caller: Caller) -> tables.Consignment:
    caller.sees(row.owner, row.reference, row.dossier)
    return row


def _of_dossier(name: str) -> Any:
    if id := as_id(name):
        return tables.Consignment.dossier == id
    # The first posting's order number is the dossier's code; later ones belong to the same dossier.
    numbered = select(tables.Consignment.dossier).where(tables.Consignment.order_number == name)
    return or_(tables.Consignment.reference == name, tables.Consignment.dossier.in_(numbered))


def _history(row: tables.Consignment, work: Work) -> list[dict[str, Any]]:
    told = work.session.scalars(
        select(tables.TrackingRow)
        .where(tables.TrackingRow.consignment == row.id)
        .order_by(tables.TrackingRow.happened_at, tables.TrackingRow.id)
    )
    return [
        {
            "code": one.code,
            "message": one.message,
            "at": one.happened_at,
            "state": _state(states.CODES[one.code], work) if one.code in states.CODES else None,
        }
        for one in told
    ]


def _state(code: str, work: Work) -> dict[str, str]:
    return {"code": code, "name": STATES[code].render(work.language)}


def _seconds(start: datetime | None, end: datetime | None) -> int | None:
    return max(round((end - start).total_seconds()), 0) if start and end else None


def view(row: tables.Consignment, work: Work) -> dict[str, Any]:
    """A consignment as it is shown."""
    return {
        "id": row.id,
        "dossier": row.dossier,
        "reference": row.reference,
        "order_number": row.order_number,
        "agency": row.agency,
        "state": _state(row.state, work),
        "since": row.since,
        "tracking": row.tracking,
        "recipient": {
            "name": row.recipient_name,
            "phone": row.recipient_phone,
            "address": row.recipient_address,
        },
        "description": row.description,
        "registered_at": row.registered_at,
        "handed_over_at": row.handed_over_at,
        "ended_at": row.ended_at,
        "signed_by": row.signed_by,
        "waiting_seconds": _seconds(row.registered_at, row.handed_over_at),
        "transport_seconds": _seconds(row.handed_over_at, row.ended_at),
        "flagged": row.flagged,
        "hand_over": {
            "attempts": row.attempts,
            "next_try_at": row.next_try_at,
            "last_error": row.last_error,
        },
    }
