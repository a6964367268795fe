"""Mandates as both sides see them."""

from typing import Any

from sqlalchemy import select

from chassis.acting import OutsideMandate
from chassis.caller import Caller
from chassis.paging import page
from chassis.schemas import Command
from chassis.work import Work
from services.identity.tables import Account, Mandate
from services.identity.usecases.acting import term


def may_grant(caller: Caller) -> bool:
    """A citizen for themselves; for a business only its representative."""
    if caller.actor is None:
        return caller.kind == "citizen"
    return caller.kind == "business" and caller.actor.acts_as == "representative"


def require_grantor(caller: Caller) -> None:
    if not may_grant(caller):
        raise OutsideMandate


def mandates_page(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Those the caller gave, or those the caller holds, newest first."""
    if query.side == "given":
        require_grantor(caller)
        wanted, view = Mandate.principal == caller.subject, lambda row: given(row, caller, work)
    elif caller.actor is None:
        wanted, view = Mandate.delegate == caller.subject, lambda row: received(row, work)
    else:
        raise OutsideMandate
    return page(work, select(Mandate).where(wanted), key=(Mandate.id.desc(),), query=query, view=view)


def given(row: Mandate, caller: Caller, work: Work) -> dict[str, Any]:
    """Who holds it is named from when they accepted it: until then it may have reached nobody."""
    delegate = row.delegate if row.accepted_at is not None else None
    return _view(row, "given", work) | {"delegate": _named(delegate, work)}


def received(row: Mandate, work: Work) -> dict[str, Any]:
    return _view(row, "received", work) | {"delegate": _named(row.delegate, work)}


def _view(row: Mandate, side: str, work: Work) -> dict[str, Any]:
    return {
        "id": row.id,
        "side": side,
        "acts_as": row.acts_as,
        "principal": _named(row.principal, work),
        "procedures": row.procedures,
        "actions": row.actions,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "state": term(row).state(work.clock.today()),
        "granted_at": row.granted_at,
        "accepted_at": row.accepted_at,
        "version": row.version,
    }


def _named(account: str | None, work: Work) -> dict[str, str] | None:
    found = work.get(Account, account) if account else None
    return {"id": found.id, "kind": found.kind, "name": found.name} if found else None
