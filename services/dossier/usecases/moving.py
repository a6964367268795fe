"""Finding a dossier for the one who acts on it, and moving it through the table of moves."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm.attributes import flag_modified

from chassis import acting
from chassis.caller import Caller
from chassis.errors import EarlierEventMissing
from chassis.events import Published
from chassis.schemas import Command
from chassis.work import Work
from services.dossier import copies, events, facts, metrics, views, workflow
from services.dossier.calendar import vietnam
from services.dossier.codes import is_reference
from services.dossier.deadlines import LegalClock, TimeLimit, Unit, punctuality
from services.dossier.errors import DossierNotFound, IllegalMove
from services.dossier.procedures import Procedure
from services.dossier.states import PAUSED, TERMINAL, State
from services.dossier.tables import Dossier, Supplement
from services.dossier.workflow import Step

#: How long the desk may take to receive or refuse an online dossier.
RECEPTION_LIMIT = TimeLimit(8, Unit.WORKING_HOUR)
#: Where dossiers without a due date stand in the inbox: last.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


@cache
def legal_clock() -> LegalClock:
    return LegalClock(vietnam())


def by_number(number: str) -> Select[Dossier]:
    """The dossier with this submission reference or dossier code."""
    number = number.upper()
    column = Dossier.reference if is_reference(number) else Dossier.code
    return select(Dossier).where(column == number)


def for_owner(command: Command, caller: Caller, work: Work) -> Dossier:
    """The caller's own dossier as they know it, held until the work ends; nobody else's exists for them."""
    found = work.session.scalar(by_number(command.reference).with_for_update())
    if found is None or not acting.sees(caller, found.procedure, found.mandate):
        raise DossierNotFound
    caller.authorise(owner=found.owner, hidden=DossierNotFound)
    acting.require(caller, "submit", found.procedure)
    command.require_current(found.version)
    return found


def owns(dossier: Dossier, caller: Caller) -> bool:
    """Whether it is the caller's own, and within reach of who acts for them."""
    return dossier.owner == caller.subject and acting.sees(caller, dossier.procedure, dossier.mandate)


def for_desk(command: Command, caller: Caller, work: Work) -> Dossier:
    """A dossier at the official's agency and step, as they know it, held until the work ends."""
    found = work.session.scalar(by_number(command.reference).with_for_update())
    if found is None:
        raise DossierNotFound
    current = found.step["code"] if found.step else None
    caller.authorise(agency=found.agency, step=workflow.step_name(State(found.state), current))
    command.require_current(found.version)
    return found


def for_event(dossier_id: str, work: Work) -> Dossier:
    """The dossier another service's event is about."""
    found = work.get(Dossier, dossier_id, lock=True)
    if found is None:
        raise EarlierEventMissing(f"dossier {dossier_id}")
    return found


def actors(caller: Caller) -> frozenset[str]:
    return caller.acting_as if caller.kind == "official" else frozenset({workflow.OWNER})


def require(work: Work, dossier: Dossier, action: str, caller: Caller) -> None:
    """Raise unless the table, and what became of the dossier, lets this caller make this move now."""
    if action in workflow.barred_by_reception(dossier.received_at is not None):
        raise illegal(work, dossier)
    try:
        workflow.require(State(dossier.state), action, actors(caller))
    except IllegalMove:
        raise illegal(work, dossier) from None


def illegal(work: Work, dossier: Dossier) -> IllegalMove:
    """The refusal that names what is legal for this very dossier."""
    return workflow.illegal(State(dossier.state), _barred(work, dossier))


def _barred(work: Work, dossier: Dossier) -> set[str]:
    """What the table has in the dossier's state, and the dossier's own story rules out."""
    barred = set(workflow.barred_by_reception(dossier.received_at is not None))
    supplement = work.get(Supplement, dossier.id)
    if supplement is not None:
        barred |= {"request-supplement", "receive" if supplement.answered_at is None else "resubmit"}
    if dossier.step is not None:
        steps = copies.rules_of(work, dossier.procedure_version).steps
        last = steps.is_last(dossier.step["code"])
        barred |= {"complete-step"} if last else {"decide", "send-back"}
    if dossier.posted_at is not None:
        barred |= {"post", "return"}
    return barred


def place(work: Work, dossier: Dossier, state: State, action: str, *, answered: bool = False) -> None:
    """Move the dossier as the table allows: whose turn it is, where it stands in the inbox, if its clock runs."""
    origin = State(dossier.state)
    if state not in workflow.targets(origin, action):
        raise illegal(work, dossier)
    dossier.state = state
    touch(dossier)
    if state in PAUSED and dossier.received_at is not None and dossier.paused_at is None:
        dossier.paused_at = work.clock.now()
    role = dossier.step["role"] if dossier.step else None
    posted = dossier.posted_at is not None
    dossier.waiting_on = workflow.waiting_on(state, role, answered=answered, posted=posted)
    if dossier.received_at is not None:
        dossier.act_by = dossier.due_at or NEVER
    if state in TERMINAL:
        dossier.finished_at = work.clock.now()
        # The agency answers for the day the result was ready, not for its days at the counter or in the post.
        dossier.on_time = punctuality(dossier.due_at, dossier.decided_at or dossier.finished_at)
    metrics.MOVES.labels(action, state.code).inc()


def touch(dossier: Dossier) -> None:
    """What is read of the dossier changes, even when its own row does not: it gets a new version."""
    flag_modified(dossier, "state")


def set_step(dossier: Dossier, step: Step) -> None:
    dossier.step = {"code": step.code, "name": step.name, "name_en": step.name_en, "role": step.role}


def reception_due(at: datetime) -> datetime:
    """When the desk must have received or refused what came in at this moment."""
    return legal_clock().due(at, RECEPTION_LIMIT) or NEVER


def start_clock(dossier: Dossier, procedure: Procedure, at: datetime) -> None:
    """The whole time limit from this moment: at reception, and again when a supplement is complete."""
    dossier.due_at = legal_clock().due(at, procedure.time_limit(dossier.channel))
    dossier.paused_at = None


def resume_clock(dossier: Dossier, at: datetime) -> None:
    """The clock runs again: the working time that was left is given again."""
    if dossier.paused_at is not None and dossier.due_at is not None:
        dossier.due_at = legal_clock().resumed(dossier.due_at, dossier.paused_at, at)
    dossier.paused_at = None


def emit(work: Work, event: type[Published], dossier: Dossier, **data: Any) -> None:
    """An event of this dossier, with what every one of them carries."""
    work.emit(event, subject=dossier.id, data=facts.head(dossier) | data)


def announce_end(work: Work, dossier: Dossier, outcome: str) -> None:
    """A terminal state was reached: others may close what they keep about the dossier."""
    metrics.FINISHED.labels(outcome, dossier.on_time).inc()
    emit(work, events.DossierFinished, dossier, **facts.end(dossier, outcome))


def answer(work: Work, dossier: Dossier) -> dict[str, Any]:
    """Where the dossier stands after the move; flushed first, so that the version is the new one."""
    work.session.flush()
    return views.summary(dossier, work.language)
