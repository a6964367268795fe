"""Operators give officials their accounts."""

from typing import Any

from chassis.caller import Caller
from chassis.errors import FieldError, ValidationFailed
from chassis.schemas import Command
from chassis.work import Work
from services.identity import accounts
from services.identity.tables import Account, Appointment


def create_official(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    problems = _dates_problems(command) + accounts.password_problems(command, command.username)
    if problems:
        raise ValidationFailed(problems)
    account = accounts.add("official", command.username, command, work)
    appointment = Appointment(
        account=account.id,
        agency=command.agency,
        roles=sorted(set(command.roles)),
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        granted_by=caller.subject,
        granted_at=work.clock.now(),
    )
    work.add(appointment)
    return view(account, appointment)


def _dates_problems(command: Command) -> list[FieldError]:
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


def view(account: Account, appointment: Appointment) -> dict[str, Any]:
    return {
        "id": account.id,
        "username": account.identifier,
        "name": account.name,
        "agency": appointment.agency,
        "roles": appointment.roles,
        "valid_from": appointment.valid_from,
        "valid_to": appointment.valid_to,
    }
