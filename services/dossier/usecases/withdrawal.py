"""Withdrawal by the owner."""

from typing import Any

from chassis.caller import Caller
from chassis.schemas import Command
from chassis.work import Work
from services.dossier import events, timeline
from services.dossier.states import State
from services.dossier.usecases import moving


def withdraw_dossier(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """The owner takes the dossier back, while no decision was made."""
    dossier = moving.for_owner(command, caller, work)
    moving.require(work, dossier, "withdraw", caller)
    dossier.reason = command.reason
    moving.place(work, dossier, State.WITHDRAWN, "withdraw")
    timeline.record(work, dossier, "withdraw", timeline.actor(caller, "withdraw"), reason=command.reason)
    moving.emit(work, events.DossierWithdrawn, dossier, state=State.WITHDRAWN.code)
    moving.announce_end(work, dossier, "withdrawn")
    return moving.answer(work, dossier)
