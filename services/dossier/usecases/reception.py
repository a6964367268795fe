"""Reception at the one-stop desk: the legal code and the due date, or a refusal with its reason."""

from typing import Any

from chassis.caller import Caller
from chassis.schemas import Command
from chassis.work import Work
from services.dossier import copies, events, fees, money, timeline
from services.dossier.errors import SupplementNotAnswered
from services.dossier.numbering import next_code
from services.dossier.states import State
from services.dossier.tables import Dossier, Supplement
from services.dossier.usecases import moving


def receive_dossier(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """The dossier is received: from now the agency answers for its due date."""
    dossier = moving.for_desk(command, caller, work)
    moving.require(work, dossier, "receive", caller)
    _require_answered(dossier, work)
    money.require_settled(work, dossier, fees.BEFORE_RECEPTION)

    procedure = copies.rules_of(work, dossier.procedure_version)
    now = work.clock.now()
    dossier.received_at = now
    moving.start_clock(dossier, procedure, now)
    moving.set_step(dossier, procedure.steps.first)
    moving.place(work, dossier, State.RECEIVED, "receive")
    dossier.code = str(next_code(work, dossier.agency, work.clock.today()))
    timeline.record(
        work,
        dossier,
        "receive",
        timeline.actor(caller, "receive"),
        code=dossier.code,
        due=dossier.due_at,
    )
    moving.emit(work, events.DossierReceived, dossier, received_at=dossier.received_at, due_at=dossier.due_at)
    return moving.answer(work, dossier)


def refuse_dossier(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Reception is refused; the reason goes to the owner."""
    dossier = moving.for_desk(command, caller, work)
    moving.require(work, dossier, "refuse", caller)
    dossier.reason = command.reason
    moving.place(work, dossier, State.REFUSED, "refuse")
    timeline.record(work, dossier, "refuse", timeline.actor(caller, "refuse"), reason=command.reason)
    moving.emit(work, events.DossierRefused, dossier)
    moving.announce_end(work, dossier, "refused")
    return moving.answer(work, dossier)


def _require_answered(dossier: Dossier, work: Work) -> None:
    """A dossier asked for further papers is received when they are there."""
    if State(dossier.state) is not State.SUPPLEMENT:
        return
    if work.session.get_one(Supplement, dossier.id).answered_at is None:
        raise SupplementNotAnswered
