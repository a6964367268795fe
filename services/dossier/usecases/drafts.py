"""Drafts: a dossier while its owner prepares it."""

from typing import Any

from chassis import acting
from chassis.caller import Caller
from chassis.schemas import Command
from chassis.work import Work
from services.dossier import copies, papers, views
from services.dossier.copies import InForce
from services.dossier.errors import (
    AgencyNotReceiving,
    ChannelNotOffered,
    DraftNotFound,
    on_field,
    refuse,
)
from services.dossier.tables import Draft
from services.dossier.usecases import files

CHANGEABLE = ("procedure", "agency", "channel", "answers", "papers", "delivery")


def create_draft(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    now = work.clock.now()
    row = Draft(owner=caller.subject, created_at=now, updated_at=now, **acting.record(caller))
    _fill(row, command)
    _check(row, caller, work)
    work.add(row)
    work.session.flush()
    return views.draft(row)


def change_draft(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    row = owned(command.id, command, caller, work)
    _fill(row, command)
    row.updated_at = work.clock.now()
    _check(row, caller, work)
    work.session.flush()
    return views.draft(row)


def discard_draft(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    work.session.delete(owned(command.id, command, caller, work))
    return {}


def owned(draft: str, command: Command, caller: Caller, work: Work) -> Draft:
    """The caller's own draft as they know it, held until the work ends."""
    row = work.get(Draft, draft, lock=True)
    if row is None or not acting.sees(caller, row.procedure, row.mandate):
        raise DraftNotFound
    caller.authorise(owner=row.owner, hidden=DraftNotFound)
    acting.require(caller, "submit", row.procedure)
    command.require_current(row.version)
    return row


def visible(row: Draft, caller: Caller) -> bool:
    """Whether it is the caller's own, and within reach of who acts for them."""
    return row.owner == caller.subject and acting.sees(caller, row.procedure, row.mandate)


def require_possible(row: Draft, work: Work) -> InForce:
    """The procedure in force today, offered through this channel and received by this agency."""
    today = work.clock.today()
    procedure = copies.procedure_in_force(work, row.procedure, today)
    copies.require_agency(work, row.agency, today)
    if not procedure.rules.receives(row.agency):
        raise on_field(AgencyNotReceiving, "/agency")
    if not procedure.rules.offers(row.channel):
        raise on_field(ChannelNotOffered, "/channel")
    return procedure


def _fill(row: Draft, command: Command) -> None:
    for name in CHANGEABLE:
        if name in command:
            setattr(row, name, command.get(name))


def _check(row: Draft, caller: Caller, work: Work) -> None:
    """What is already there must be right; what is missing is only asked for at submission."""
    acting.require(caller, "submit", row.procedure)
    procedure = require_possible(row, work)
    mine = files.owned(work, [paper["file"] for paper in row.papers], caller.subject)
    refuse(papers.check_known(procedure.rules.papers, row.papers), papers.check_files(row.papers, mine))
