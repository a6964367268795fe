"""Supplements: further papers are asked for once, completely; their arrival starts the clock again."""

from typing import Any

from sqlalchemy import update

from chassis.caller import Caller
from chassis.schemas import Command
from chassis.work import Work
from services.dossier import copies, events, papers, timeline
from services.dossier.errors import SupplementAlreadyAnswered, SupplementAlreadyRequested, refuse
from services.dossier.procedures import Procedure
from services.dossier.states import State
from services.dossier.tables import Dossier, Paper, Supplement
from services.dossier.usecases import files, moving


def request_supplement(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Ask for papers; a dossier may be asked once (NĐ 61/2018 Đ17.2)."""
    dossier = moving.for_desk(command, caller, work)
    moving.require(work, dossier, "request-supplement", caller)
    if work.get(Supplement, dossier.id) is not None:
        raise SupplementAlreadyRequested
    procedure = copies.rules_of(work, dossier.procedure_version)
    refuse(papers.check_known(procedure.papers, command.papers))

    now = work.clock.now()
    work.add(
        Supplement(
            dossier=dossier.id,
            papers=[{"code": paper["code"], "note": paper["note"]} for paper in command.papers],
            reason=command.reason,
            from_state=dossier.state,
            requested_at=now,
            due_before=dossier.due_at,
        )
    )
    moving.place(work, dossier, State.SUPPLEMENT, "request-supplement")
    codes = [paper["code"] for paper in command.papers]
    timeline.record(
        work,
        dossier,
        "request-supplement",
        timeline.actor(caller, "request-supplement"),
        papers=", ".join(codes),
        reason=command.reason,
    )
    moving.emit(work, events.SupplementRequested, dossier, papers=codes)
    return moving.answer(work, dossier)


def answer_supplement(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """The owner hands the papers in: back to where the dossier came from, or on to the desk's reception."""
    dossier = moving.for_owner(command, caller, work)
    moving.require(work, dossier, "resubmit", caller)
    supplement = work.session.get_one(Supplement, dossier.id)
    if supplement.answered_at is not None:
        raise SupplementAlreadyAnswered
    procedure = copies.rules_of(work, dossier.procedure_version)
    _check_papers(command, procedure, supplement, caller, work)

    supplement.answered_at = work.clock.now()
    _replace_papers(dossier, command, work)
    if dossier.received_at is None:
        _wait_for_reception(dossier, caller, work)
    else:
        _start_again(dossier, supplement, procedure, caller, work)
    return moving.answer(work, dossier)


def _check_papers(
    command: Command, procedure: Procedure, supplement: Supplement, caller: Caller, work: Work
) -> None:
    asked = {paper["code"] for paper in supplement.papers}
    wanted = [paper for paper in procedure.papers if paper["code"] in asked]
    mine = files.owned(work, [paper["file"] for paper in command.papers], caller.subject)
    refuse(
        papers.check_known(procedure.papers, command.papers),
        papers.check_files(command.papers, mine),
        papers.check_complete(wanted, command.papers),
    )


def _replace_papers(dossier: Dossier, command: Command, work: Work) -> None:
    now = work.clock.now()
    work.session.execute(
        update(Paper)
        .where(
            Paper.dossier == dossier.id,
            Paper.code.in_({paper["code"] for paper in command.papers}),
            Paper.replaced_at.is_(None),
        )
        .values(replaced_at=now)
    )
    work.add(
        *(
            Paper(dossier=dossier.id, code=paper["code"], file=paper["file"], handed_in_at=now)
            for paper in command.papers
        )
    )


def _wait_for_reception(dossier: Dossier, caller: Caller, work: Work) -> None:
    dossier.act_by = moving.reception_due(work.clock.now())
    moving.place(work, dossier, State.SUPPLEMENT, "resubmit", answered=True)
    timeline.record(work, dossier, "answer", timeline.actor(caller, "resubmit"))
    moving.emit(work, events.DossierResubmitted, dossier, due_before=None, due_at=None)


def _start_again(
    dossier: Dossier, supplement: Supplement, procedure: Procedure, caller: Caller, work: Work
) -> None:
    """The time limit starts from zero once the dossier is complete (NĐ 61/2018 Đ19.4); both dates are kept."""
    moving.start_clock(dossier, procedure, work.clock.now())
    supplement.due_after = dossier.due_at
    moving.place(work, dossier, State(supplement.from_state), "resubmit")
    timeline.record(
        work,
        dossier,
        "resubmit",
        timeline.actor(caller, "resubmit"),
        due=dossier.due_at,
        due_before=supplement.due_before,
    )
    moving.emit(
        work,
        events.DossierResubmitted,
        dossier,
        due_before=supplement.due_before,
        due_at=dossier.due_at,
    )
