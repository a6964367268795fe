"""Appointments as they are shown."""

from collections.abc import Mapping
from typing import Any

from services.identity.tables import Account, Appointment

_AS_STORED = (
    "id",
    "agency",
    "roles",
    "valid_from",
    "valid_to",
    "state",
    "reason",
    "proposed_by",
    "proposed_at",
    "granted_by",
    "granted_at",
    "ended_by",
    "ended_at",
    "end_reason",
    "version",
)


def of_appointment(account: Account, appointment: Appointment) -> dict[str, Any]:
    """With all that is recorded of it."""
    stored = {name: getattr(appointment, name) for name in _AS_STORED}
    who = {"official": account.id, "username": account.identifier, "name": account.name}
    return stored | who | {"limits": limits(appointment.steps)}


def of_official(account: Account, appointment: Appointment) -> dict[str, Any]:
    """An official, by one appointment."""
    return {
        "id": account.id,
        "username": account.identifier,
        "name": account.name,
        "appointment": appointment.id,
        "agency": appointment.agency,
        "roles": appointment.roles,
        "limits": limits(appointment.steps),
        "valid_from": appointment.valid_from,
        "valid_to": appointment.valid_to,
        "state": appointment.state,
    }


def limits(steps: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"role": role, "steps": list(some)} for role, some in sorted(steps.items())]
