"""Pauses of the legal clock: suspension, and waiting for a payment."""

from typing import Any

from chassis.caller import Caller
from chassis.events import Event
from chassis.schemas import Command
from chassis.work import Work
from services.dossier import events, money, timeline
from services.dossier.errors import NothingToPay
from services.dossier.states import State
from services.dossier.tables import Dossier
from services.dossier.timeline import Actor
from services.dossier.usecases import moving


def suspend_dossier(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    dossier = moving.for_desk(command, caller, work)
    moving.require(work, dossier, "suspend", caller)
    dossier.reason = command.reason
    _pause(dossier, State.SUSPENDED, "suspend", work)
    timeline.record(work, dossier, "suspend", timeline.actor(caller, "suspend"), reason=command.reason)
    return moving.answer(work, dossier)


def resume_dossier(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    dossier = moving.for_desk(command, caller, work)
    moving.require(work, dossier, "resume", caller)
    _resume(dossier, "resume", timeline.actor(caller, "resume"), work)
    return moving.answer(work, dossier)


def request_payment(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Work waits until what is collected with the result is paid."""
    dossier = moving.for_desk(command, caller, work)
    moving.require(work, dossier, "request-payment", caller)
    amount = sum(money.owed(work, dossier.id).values())
    if not amount:
        raise NothingToPay
    dossier.reason = command.reason
    _pause(dossier, State.FINANCIAL, "request-payment", work)
    timeline.record(
        work, dossier, "request-payment", timeline.actor(caller, "request-payment"), amount=amount
    )
    return moving.answer(work, dossier)


def obligation_created(event: Event, work: Work) -> None:
    """Payment knows what is owed."""
    moving.for_event(event.dossier, work)
    money.keep_obligation(event, work)


def obligation_settled(event: Event, work: Work) -> None:
    """Money arrived; a dossier that waited for the last of it goes on. Told again, nothing more happens."""
    dossier = moving.for_event(event.dossier, work)
    money.keep_obligation(event, work)
    if not timeline.recorded(work, dossier, "pay", event.obligation):
        moving.touch(dossier)
        timeline.record(work, dossier, "pay", timeline.PAYMENT, about=event.obligation, amount=event.amount)
    if dossier.state == State.FINANCIAL and not sum(money.owed(work, dossier.id).values()):
        _resume(dossier, "settle", timeline.PAYMENT, work)


def obligation_overpaid(event: Event, work: Work) -> None:
    """Money came that nothing was owed for: whoever follows the dossier sees that it is to be refunded."""
    dossier = moving.for_event(event.dossier, work)
    moving.touch(dossier)
    timeline.record(work, dossier, "overpay", timeline.PAYMENT, amount=event.amount)


def _pause(dossier: Dossier, state: State, action: str, work: Work) -> None:
    moving.place(work, dossier, state, action)
    moving.emit(work, events.DossierPaused, dossier, state=state.code)


def _resume(dossier: Dossier, action: str, who: Actor, work: Work) -> None:
    due_before = dossier.due_at
    dossier.reason = None
    moving.resume_clock(dossier, work.clock.now())
    moving.place(work, dossier, State.PROCESSING, action)
    timeline.record(work, dossier, action, who, due=dossier.due_at)
    moving.emit(work, events.DossierResumed, dossier, due_before=due_before, due_at=dossier.due_at)
