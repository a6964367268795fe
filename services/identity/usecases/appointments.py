"""A second person approves what was proposed, or rejects it; one person may take it away."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from chassis.caller import Caller
from chassis.errors import NotFound, ValidationFailed
from chassis.schemas import Command
from chassis.work import Work
from services.identity import appointment_views, appointments, withdrawals
from services.identity.errors import AppointmentDecided, AppointmentOver, SecondPersonNeeded
from services.identity.tables import Account, Appointment
from services.identity.usecases.officials import require_no_mixture


def approve_appointment(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Raises SecondPersonNeeded, AppointmentDecided or SeesAndDecides."""
    appointment, account = _locked(command.id, work)
    if not _is_second_person(caller.subject, appointment, work):
        raise SecondPersonNeeded
    _require_proposed(appointment, command)
    require_no_mixture(account.id, appointment.roles, work)
    appointment.state = "approved"
    appointment.granted_by, appointment.granted_at = caller.subject, work.clock.now()
    return _changed(appointment, account)


def reject_appointment(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Anybody may, the proposer too. Raises AppointmentDecided."""
    appointment, account = _locked(command.id, work)
    _require_proposed(appointment, command)
    appointment.state = "rejected"
    _note_end(appointment, command, caller, work)
    return _changed(appointment, account)


def end_appointment(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """At once, or from a day on, which is the first without these rights. Raises AppointmentOver."""
    appointment, account = _locked(command.id, work)
    command.require_current(appointment.version)
    today = work.clock.today()
    if appointment.state != "approved" or appointments.last_day(appointment) < today:
        raise AppointmentOver
    if command.on is None or _checked(command.on, appointment, today) <= max(today, appointment.valid_from):
        if appointments.is_in_force(appointment, today):
            withdrawals.of_account(account.id, work)
        appointment.state = "ended"
    else:
        appointment.valid_to = command.on - timedelta(days=1)
    _note_end(appointment, command, caller, work)
    return _changed(appointment, account)


def _locked(appointment_id: str, work: Work) -> tuple[Appointment, Account]:
    """Both locked: no token is given out meanwhile (`holders.of`), and what an official holds is judged once at a time."""
    appointment = work.get(Appointment, appointment_id, lock=True)
    account = work.get(Account, appointment.account, lock=True) if appointment else None
    if appointment is None or account is None:
        raise NotFound
    return appointment, account


def _require_proposed(appointment: Appointment, command: Command) -> None:
    command.require_current(appointment.version)
    if appointment.state != "proposed":
        raise AppointmentDecided


def _is_second_person(approver: str, appointment: Appointment, work: Work) -> bool:
    return appointments.is_second_person(
        approver,
        proposer=appointment.proposed_by,
        official=appointment.account,
        made_by=_made_by(approver, work),
    )


def _made_by(account_id: str, work: Work) -> str | None:
    """Who asked for an official's account to be made, and so may have chosen its password and its contacts."""
    first = select(Appointment.proposed_by).where(Appointment.account == account_id)
    return work.session.scalar(first.order_by(Appointment.proposed_at, Appointment.id).limit(1))


def _checked(on: date, appointment: Appointment, today: date) -> date:
    if on < today:
        raise ValidationFailed.on("/on", "in-the-past", vi="Ngày này đã qua.", en="This day has passed.")
    if on - timedelta(days=1) > appointments.last_day(appointment):
        vi, en = "Phân công kết thúc trước ngày này.", "The appointment ends before this day."
        raise ValidationFailed.on("/on", "after-its-end", vi=vi, en=en)
    return on


def _note_end(appointment: Appointment, command: Command, caller: Caller, work: Work) -> None:
    appointment.ended_by, appointment.ended_at = caller.subject, work.clock.now()
    appointment.end_reason = command.reason


def _changed(appointment: Appointment, account: Account) -> dict[str, Any]:
    appointment.version += 1
    return appointment_views.of_appointment(account, appointment)
