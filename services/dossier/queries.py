"""Reading drafts and dossiers: for their owner, for the agency, and for anyone who holds a number."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import defer, load_only

from chassis import acting
from chassis.caller import Caller
from chassis.paging import page
from chassis.schemas import Command
from chassis.work import Work
from services.dossier import money, views, workflow
from services.dossier.codes import is_reference
from services.dossier.errors import DossierNotFound, DraftNotFound, FileNotFound
from services.dossier.procedures import Procedure
from services.dossier.states import State
from services.dossier.tables import (
    Agency,
    Charge,
    Dossier,
    Draft,
    File,
    Paper,
    ProcedureVersion,
    Result,
    Supplement,
    TimelineEntry,
)
from services.dossier.timeline import told
from services.dossier.usecases.moving import by_number

ListRow = tuple[Dossier, ProcedureVersion, Agency]
#: `workflow.step_name`, as SQL.
_STEP_NAME = func.coalesce(
    Dossier.step["code"].astext,
    case((Dossier.state == State.DONE, workflow.RETURN), else_=workflow.RECEPTION),
)


def draft(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    row = work.get(Draft, query.id)
    if row is None or not acting.sees(caller, row.procedure, row.mandate):
        raise DraftNotFound
    caller.authorise(owner=row.owner, hidden=DraftNotFound)
    return views.draft(row)


def drafts(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    within = acting.shown_to(caller, Draft.procedure, Draft.mandate)
    mine = select(Draft).where(caller.scope(owner=Draft.owner), within)
    return page(work, mine, key=(Draft.updated_at.desc(), Draft.id.desc()), query=query, view=views.draft)


def my_dossiers(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    within = acting.shown_to(caller, Dossier.procedure, Dossier.mandate)
    mine = _listed().where(caller.scope(owner=Dossier.owner), within)
    newest_first = (Dossier.submitted_at.desc(), Dossier.id.desc())
    return page(work, mine, key=newest_first, query=query, view=_item(caller, work))


def desk_dossiers(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Without a state: what waits for the official's roles, most urgent first; with one: the agency's."""
    wanted = _listed().where(caller.scope(agency=Dossier.agency))
    if query.state is None:
        wanted = wanted.where(_waits_for(caller))
    else:
        wanted = wanted.where(Dossier.state == State[query.state.upper()])
    if query.step is not None:
        wanted = wanted.where(Dossier.step["code"].astext == query.step)
    most_urgent_first = (Dossier.act_by.asc(), Dossier.id.asc())
    return page(work, wanted, key=most_urgent_first, query=query, view=_item(caller, work))


def _waits_for(caller: Caller) -> ColumnElement[bool]:
    """It is the turn of one of the official's roles, at a step that role is not kept from."""
    limited = [
        (Dossier.waiting_on == role) & _STEP_NAME.in_(steps)
        for role, steps in caller.steps.items()
        if role in caller.roles
    ]
    return or_(Dossier.waiting_on.in_(caller.roles - caller.steps.keys()), *limited)


def dossier(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """All of a dossier, for its owner and for its agency."""
    row = _visible(query.reference, caller, work)
    version = work.session.get_one(ProcedureVersion, row.procedure_version)
    agency = work.session.get_one(Agency, row.agency)
    rules = Procedure(version.content)
    charges = work.session.scalars(select(Charge).where(Charge.dossier == row.id).order_by(Charge.id))
    return (
        _item(caller, work)((row, version, agency))
        | views.charges(charges, money.owed(work, row.id), work.language)
        | {
            "procedure_version": version.version_no,
            "owner_kind": row.owner_kind,
            "owner_identity": row.owner_identity,
            "channel": row.channel,
            "answers": row.answers,
            "delivery": row.delivery,
            "papers": _papers(row, rules, work),
            "supplement": _supplement(row, rules, work),
            "decision": row.decision,
            "reason": row.reason,
            "results": _results(row, work) if _results_shown(row, caller) else [],
            "received_by": row.received_by,
            "on_time": row.on_time,
        }
    )


def timeline(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    row = _visible(query.reference, caller, work)
    entries = work.session.scalars(
        select(TimelineEntry)
        .where(TimelineEntry.dossier == row.id)
        .order_by(TimelineEntry.at, TimelineEntry.id)
    )
    inside = caller.kind == "official"
    return {
        "items": [
            {
                "at": entry.at,
                "what": entry.what,
                "state": views.state(entry.state, work.language),
                "who": entry.who,
                "role": entry.role,
                "agency": entry.agency,
                "text": told(entry, row.owner_name, work.language),
                "acts_as": entry.acts_as,
                "note": entry.note if inside else None,
            }
            for entry in entries
        ]
    }


def tracking(query: Command, work: Work) -> dict[str, Any]:
    """Public: where a dossier stands, without a word about whose it is."""
    row = work.session.scalar(by_number(query.code))
    if row is None:
        raise DossierNotFound
    version = work.session.get_one(ProcedureVersion, row.procedure_version)
    agency = work.session.get_one(Agency, row.agency)
    shown = views.summary(row, work.language)
    if not is_reference(query.code.upper()):
        # Codes are counted up: whoever guesses one must not get the number that nobody can guess.
        del shown["reference"]
    return shown | {
        "procedure": views.named(version, work.language),
        "agency": views.named(agency, work.language),
    }


def recipient(query: Command, work: Work) -> dict[str, Any]:
    """To whom and where the post brings a result; told of a dossier whose result was given to it, and of no other."""
    row = work.get(Dossier, query.dossier)
    if row is None or row.posted_at is None:
        raise DossierNotFound
    return row.delivery


def file_location(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Where a paper or a result of the dossier is stored."""
    row = _visible(query.reference, caller, work)
    held = [select(Paper.id).where(Paper.dossier == row.id, Paper.file == query.file)]
    if _results_shown(row, caller):
        held.append(select(Result.id).where(Result.dossier == row.id, Result.file == query.file))
    if not any(work.session.scalar(rows.limit(1)) for rows in held):
        raise FileNotFound
    found = work.session.get_one(File, query.file)
    return {
        "object": found.object,
        "name": found.name,
        "media_type": found.media_type,
        "size": found.size,
    }


def _visible(number: str, caller: Caller, work: Work) -> Dossier:
    """The dossier, when the caller owns it, works where it is handled, or inspects."""
    row = work.session.scalar(by_number(number))
    if row is None or not acting.sees(caller, row.procedure, row.mandate):
        raise DossierNotFound
    caller.authorise(owner=row.owner, agency=row.agency, hidden=DossierNotFound)
    caller.sees(row.owner, row.reference, row.id)
    return row


def _results_shown(row: Dossier, caller: Caller) -> bool:
    """The owner gets a result when it is returned, not while it waits to be."""
    return caller.kind == "official" or row.state == State.RETURNED


def _listed() -> Select[Dossier, ProcedureVersion, Agency]:
    return (
        select(Dossier, ProcedureVersion, Agency)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version)
        .join(Agency, Agency.code == Dossier.agency)
        .options(
            defer(Dossier.answers),
            defer(Dossier.delivery),
            load_only(ProcedureVersion.code, ProcedureVersion.name, ProcedureVersion.name_en),
        )
    )


def _item(caller: Caller, work: Work) -> Callable[[ListRow], dict[str, Any]]:
    def view(row: ListRow) -> dict[str, Any]:
        found = row[0]
        caller.sees(found.owner, found.reference, found.id)
        return views.item(*row, work.language) | {"filed_by": _filed_by(found, work)}

    return view


def _filed_by(row: Dossier, work: Work) -> dict[str, Any] | None:
    """Who filed it for its owner; the name is kept where it happened."""
    shown = acting.view(row)
    if shown is None:
        return None
    filed = (TimelineEntry.dossier == row.id, TimelineEntry.what == "submit")
    entry = work.session.scalars(select(TimelineEntry).where(*filed).limit(1)).one_or_none()
    return shown | {"name": entry.who if entry else None}


def _papers(row: Dossier, rules: Procedure, work: Work) -> list[dict[str, Any]]:
    rows = work.session.execute(
        select(Paper, File)
        .join(File, File.id == Paper.file)
        .where(Paper.dossier == row.id, Paper.replaced_at.is_(None))
        .order_by(Paper.id)
    )
    names = _paper_names(rules, work)
    return [
        {
            "code": paper.code,
            "name": names.get(paper.code, paper.code),
            "file": views.file(file),
            "handed_in_at": paper.handed_in_at,
        }
        for paper, file in rows
    ]


def _results(row: Dossier, work: Work) -> list[dict[str, Any]]:
    rows = work.session.execute(
        select(Result, File)
        .outerjoin(File, File.id == Result.file)
        .where(Result.dossier == row.id)
        .order_by(Result.id)
    )
    return [
        {
            "code": result.code,
            "name": result.name,
            "number": result.number,
            "file": views.file(file) if file else None,
        }
        for result, file in rows
    ]


def _supplement(row: Dossier, rules: Procedure, work: Work) -> dict[str, Any] | None:
    asked = work.get(Supplement, row.id)
    if asked is None:
        return None
    names = _paper_names(rules, work)
    return {
        "reason": asked.reason,
        "papers": [paper | {"name": names.get(paper["code"], paper["code"])} for paper in asked.papers],
        "requested_at": asked.requested_at,
        "answered_at": asked.answered_at,
        "due_before": asked.due_before,
        "due_after": asked.due_after,
    }


def _paper_names(rules: Procedure, work: Work) -> dict[str, str]:
    return {
        paper["code"]: views.named_in(work.language, paper["name"], paper.get("name_en"))
        for paper in rules.papers
    }
