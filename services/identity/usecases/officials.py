"""Officials get their accounts, and what they may do is proposed."""

from datetime import date
from typing import Any

from sqlalchemy import select

from chassis.caller import Caller
from chassis.errors import FieldError, NotFound, ValidationFailed
from chassis.schemas import Command
from chassis.work import Work
from services.identity import accounts, agencies, appointment_views, appointments
from services.identity.errors import SeesAndDecides
from services.identity.tables import Account, Agency, Appointment


def create_official(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """An account and the proposal of its appointment; without a second person's approval it can do nothing."""
    _require_sound(command, work, accounts.password_problems(command, command.username))
    account = accounts.add("official", command.username, command, work)
    return appointment_views.of_official(account, _proposed(account.id, command, caller, work))


def propose_appointment(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    _require_sound(command, work)
    account = work.get(Account, command.official)
    if account is None or account.kind != "official":
        raise NotFound
    require_no_mixture(account.id, command.roles, work)
    return appointment_views.of_appointment(account, _proposed(account.id, command, caller, work))


def appoint(account: Account, details: Command, by: str, work: Work) -> Appointment:
    """Appoint without a second person: what only the platform's own machine does, for its first operators."""
    require_no_mixture(account.id, details.roles, work)
    appointment = _appointment(account.id, details, by, work)
    appointment.state = "approved"
    appointment.granted_by, appointment.granted_at = by, work.clock.now()
    work.add(appointment)
    work.session.flush()
    return appointment


def require_no_mixture(account: str, roles: list[str], work: Work) -> None:
    """Operators and inspectors see and never decide, however many appointments they have. Raises SeesAndDecides."""
    today = work.clock.today()
    others = select(Appointment).where(Appointment.account == account, Appointment.state == "approved")
    held = {
        role
        for one in work.session.scalars(others)
        if appointments.last_day(one) >= today
        for role in one.roles
    }
    if appointments.sees_and_decides({*held, *roles}):
        raise SeesAndDecides


def _proposed(account: str, command: Command, caller: Caller, work: Work) -> Appointment:
    appointment = _appointment(account, command, caller.subject, work)
    work.add(appointment)
    work.session.flush()
    return appointment


def _appointment(account: str, details: Command, by: str, work: Work) -> Appointment:
    return Appointment(
        account=account,
        agency=agencies.canonical(details.agency),
        roles=sorted(set(details.roles)),
        steps={limit["role"]: sorted(set(limit["steps"])) for limit in details.get("limits") or ()},
        valid_from=details.valid_from,
        valid_to=details.valid_to,
        state="proposed",
        reason=details.reason or "",
        proposed_by=by,
        proposed_at=work.clock.now(),
    )


def _require_sound(command: Command, work: Work, problems: list[FieldError] | None = None) -> None:
    found = [*(problems or ()), *_dates(command), *_limits(command), *_agency(command, work)]
    if found:
        raise ValidationFailed(found)
    if appointments.sees_and_decides(command.roles):
        raise SeesAndDecides


def _dates(command: Command) -> list[FieldError]:
    if command.valid_to is None or command.valid_from <= command.valid_to:
        return []
    return [
        FieldError(
            "/validTo",
            "before-valid-from",
            "Ngày kết thúc trước ngày bắt đầu.",
            "The last day is before the first.",
        )
    ]


def _limits(command: Command) -> list[FieldError]:
    limited = [limit["role"] for limit in command.limits]
    return [
        FieldError(
            f"/limits/{at}/role",
            "role-not-given-once",
            "Vai trò này không có trong phân công hoặc đã được giới hạn ở trên.",
            "This role is not in the appointment, or is limited above.",
        )
        for at, role in enumerate(limited)
        if role not in command.roles or role in limited[:at]
    ]


def _agency(command: Command, work: Work) -> list[FieldError]:
    agency = work.get(Agency, agencies.canonical(command.agency))
    if agency is not None and agency.valid_from <= command.valid_from <= (agency.valid_to or date.max):
        return []
    return [
        FieldError(
            "/agency",
            "agency-not-in-force",
            "Không có cơ quan này vào ngày bắt đầu phân công.",
            "There is no such agency on the first day of the appointment.",
        )
    ]
