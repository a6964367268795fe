"""What appointments give their official on a day, and who may grant them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from services.identity.agencies import Merger, successor

STATES = ("proposed", "approved", "rejected", "ended")
#: These see other people's dossiers ...
WATCHING = frozenset({"operator", "inspector"})
#: ... and these decide on them: nobody does both.
DECIDING = frozenset({"desk", "specialist", "leader", "postal", "receiver"})


class Appointment(Protocol):
    """As the table has it."""

    @property
    def id(self) -> str: ...
    @property
    def agency(self) -> str: ...
    @property
    def roles(self) -> Collection[str]: ...
    @property
    def steps(self) -> Mapping[str, Any]: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...
    @property
    def state(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Office:
    """What an official may do at one agency: roles, and the steps of those that are limited."""

    agency: str
    roles: tuple[str, ...]
    steps: Mapping[str, tuple[str, ...]]


def is_in_force(appointment: Appointment, day: date) -> bool:
    return appointment.state == "approved" and appointment.valid_from <= day <= last_day(appointment)


def last_day(appointment: Appointment) -> date:
    return date.max if appointment.valid_to is None else appointment.valid_to


def offices(
    appointments: Iterable[Appointment], day: date, mergers: Mapping[str, Merger]
) -> dict[str, Office]:
    """Every agency where an official may do something on a day, the one of the newest appointment first."""
    newest_first = sorted(
        (one for one in appointments if is_in_force(one, day)),
        key=lambda one: (one.valid_from, one.id),
        reverse=True,
    )
    held: dict[str, list[Appointment]] = {}
    for one in newest_first:
        held.setdefault(successor(one.agency, day, mergers), []).append(one)
    return {agency: _office(agency, together) for agency, together in held.items()}


def _office(agency: str, appointments: Collection[Appointment]) -> Office:
    """All roles together; a role is limited only when none of its appointments gives it whole."""
    roles = sorted({role for one in appointments for role in one.roles})
    steps = {}
    for role in roles:
        limits = [one.steps.get(role) for one in appointments if role in one.roles]
        if all(limits):
            steps[role] = tuple(sorted({step for some in limits if some for step in some}))
    return Office(agency, tuple(roles), steps)


def is_second_person(approver: str, *, proposer: str, official: str, made_by: str | None) -> bool:
    """Whether two people are at work: neither the proposer, nor the official concerned, nor an account the proposer had made."""
    return approver not in (proposer, official) and made_by != proposer


def sees_and_decides(roles: Iterable[str]) -> bool:
    held = set(roles)
    return bool(held & WATCHING and held & DECIDING)
