"""Work on a received dossier: the agency's steps, and the decision that ends them."""

from typing import Any

from sqlalchemy import delete, func, select

from chassis.caller import Caller
from chassis.errors import FieldError
from chassis.schemas import Command
from chassis.work import Work
from services.dossier import copies, events, timeline
from services.dossier.errors import DecisionDue, NotYourStep, StepNotCurrent, refuse
from services.dossier.procedures import Procedure
from services.dossier.states import State
from services.dossier.tables import Dossier, Result
from services.dossier.usecases import files, moving
from services.dossier.workflow import Step, Steps


def complete_step(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """The official finishes the current step; the first one takes the dossier into process."""
    dossier = moving.for_desk(command, caller, work)
    moving.require(work, dossier, "complete-step", caller)
    procedure = copies.rules_of(work, dossier.procedure_version)
    step = _current_step(dossier, procedure.steps, caller)
    if command.step is not None and command.step != step.code:
        raise StepNotCurrent(step=step.code)
    if procedure.steps.is_last(step.code):
        raise DecisionDue
    _keep_results(dossier, command.results, procedure, caller, work)

    following = procedure.steps.after(step.code)
    moving.set_step(dossier, following)
    moving.place(work, dossier, State.PROCESSING, "complete-step")
    timeline.record(
        work,
        dossier,
        "complete-step",
        timeline.Actor(caller.name, step.role, caller.agency),
        step=step.name,
        step_en=step.name_en,
        next=following.name,
        next_en=following.name_en,
        note=command.note,
    )
    return moving.answer(work, dossier)


def decide_dossier(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """The last step: approve with a result, reject with a reason, or send back with a reason."""
    dossier = moving.for_desk(command, caller, work)
    moving.require(work, dossier, "send-back" if command.outcome == "send-back" else "decide", caller)
    procedure = copies.rules_of(work, dossier.procedure_version)
    begun = State(dossier.state) is not State.RECEIVED
    if not begun and not procedure.steps.is_last(procedure.steps.first.code):
        raise moving.illegal(work, dossier)
    step = _current_step(dossier, procedure.steps, caller)
    if not procedure.steps.is_last(step.code):
        raise StepNotCurrent(step=step.code)
    if command.outcome != "approve":
        refuse(_check_reason(command.reason))
    if command.outcome == "send-back":
        _send_back(dossier, procedure.steps.before(step.code), command.reason, caller, work)
    else:
        if not begun:
            _begin(dossier, caller, work)
        _keep_results(dossier, command.results, procedure, caller, work)
        _decide(dossier, command.outcome, command.reason, caller, work)
    return moving.answer(work, dossier)


def _begin(dossier: Dossier, caller: Caller, work: Work) -> None:
    """Into process, where alone a decision can be made: nobody's step did that before."""
    moving.place(work, dossier, State.PROCESSING, "decide")
    timeline.record(work, dossier, "begin", timeline.actor(caller, "decide"))


def _decide(dossier: Dossier, outcome: str, reason: str | None, caller: Caller, work: Work) -> None:
    if outcome == "approve":
        refuse(_check_results(dossier, work))
    dossier.decision = {"approve": "approved", "reject": "rejected"}[outcome]
    dossier.decided_at = work.clock.now()
    dossier.reason = reason
    dossier.step = None
    moving.place(work, dossier, State.DONE, "decide")
    timeline.record(work, dossier, outcome, timeline.actor(caller, "decide"), reason=reason)
    moving.emit(
        work,
        events.DossierDecided,
        dossier,
        decision=dossier.decision,
        reason=reason,
        decided_at=dossier.decided_at,
    )


def _send_back(dossier: Dossier, step: Step, reason: str, caller: Caller, work: Work) -> None:
    moving.set_step(dossier, step)
    moving.place(work, dossier, State.PROCESSING, "send-back")
    timeline.record(
        work,
        dossier,
        "send-back",
        timeline.actor(caller, "send-back"),
        step=step.name,
        step_en=step.name_en,
        reason=reason,
    )


def _current_step(dossier: Dossier, steps: Steps, caller: Caller) -> Step:
    """The dossier's step, when it is this official's."""
    assert dossier.step is not None, "a received dossier has a step"
    step = steps.step(dossier.step["code"])
    if not caller.does(step.role, step.code):
        raise NotYourStep(role=step.role)
    return step


def _keep_results(
    dossier: Dossier, given: list[dict[str, Any]] | None, procedure: Procedure, caller: Caller, work: Work
) -> None:
    """What is given replaces what was prepared before; None keeps it."""
    if given is None:
        return
    known = {result["code"]: result["name"] for result in procedure.results}
    rows = [result | _identified(result, known) for result in given]
    # The caller's agency is the dossier's, or the one that took it over.
    agencies = (dossier.agency, caller.agency)
    agency_files = files.of_agencies(work, [row["file"] for row in rows if row["file"]], *agencies)
    refuse(
        [_result_fault(n, "code", "unknown-result") for n, row in enumerate(rows) if _is_unknown(row, known)],
        [_result_fault(n, "name", "required") for n, row in enumerate(rows) if not row["name"]],
        [
            _result_fault(n, "file", "unknown-file")
            for n, row in enumerate(rows)
            if row["file"] and row["file"] not in agency_files
        ],
    )
    work.session.execute(delete(Result).where(Result.dossier == dossier.id))
    work.add(*(Result(dossier=dossier.id, **row) for row in rows))


def _identified(result: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    code = result["code"] or (next(iter(known), None) if not result["name"] else None)
    return {"code": code, "name": result["name"] or known.get(code or "")}


def _is_unknown(row: dict[str, Any], known: dict[str, str]) -> bool:
    return bool(known) and row["code"] is not None and row["code"] not in known


_RESULT_FAULTS = {
    "unknown-result": (
        "Thủ tục này không có kết quả mang mã này.",
        "The procedure has no result of this code.",
    ),
    "required": ("Cần có tên kết quả.", "The result needs a name."),
    "unknown-file": ("Không tìm thấy tệp đã tải lên.", "There is no such uploaded file."),
}


def _result_fault(index: int, field: str, code: str) -> FieldError:
    return FieldError(f"/results/{index}/{field}", code, *_RESULT_FAULTS[code])


def _check_reason(reason: str | None) -> list[FieldError]:
    if reason:
        return []
    return [FieldError("/reason", "required", "Cần nêu lý do.", "A reason is needed.")]


def _check_results(dossier: Dossier, work: Work) -> list[FieldError]:
    work.session.flush()
    if work.session.scalar(select(func.count()).where(Result.dossier == dossier.id)):
        return []
    return [
        FieldError("/results", "required", "Cần có kết quả để ký duyệt.", "A result is needed to approve.")
    ]
