"""Everybody who might ask, everything they might ask about, and what the tables promise each of them.

The promise is worked out here anew, from the words of a table alone, so that the platform is not measured by itself.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from chassis.api import AGENCY, ANY, OPEN, OWN, STEP, Operation
from chassis.authority import PEOPLE, ROLES
from chassis.caller import Caller
from chassis.clock import SystemClock
from chassis.ids import new_id
from chassis.work import Work
from deploy.local.passwords import SERVICES

#: The agency of every official here; another; one that became part of theirs yesterday; one that will tomorrow.
HERE, ELSEWHERE, MERGED, STILL_APART = "000.00.01.H26", "000.00.02.H26", "000.00.03.H26", "000.00.04.H26"
STRANGER = new_id()
#: Every step a dossier of the tests may stand at.
STEPS = ("reception", "prepare", "review", "sign", "return")
WITH_STEPS = ("desk", "specialist", "leader")


@dataclass(frozen=True)
class Thing:
    """An object with the request that is about it."""

    owner: str
    agency: str
    payload: dict[str, Any]
    ident: str = ""
    step: str = ""
    is_open: bool = False


#: (unit of work, owner, agency, who will ask) -> an object that was not there before.
Maker = Callable[[Work, str, str, Caller], Thing]


@dataclass(frozen=True)
class One:
    """An operation on one object."""

    make: Maker


@dataclass(frozen=True)
class Many:
    """A list: which objects an answer holds."""

    make: Maker
    shown: Callable[[dict[str, Any]], set[str]]
    payload: dict[str, Any] = field(default_factory=dict)


def agencies() -> list[dict[str, Any]]:
    """The rows of any service's copy."""
    today = SystemClock().today()
    ends: dict[str, date | None] = {
        HERE: None,
        ELSEWHERE: None,
        MERGED: today - timedelta(days=1),
        STILL_APART: today,
    }
    return [
        {
            "code": code,
            "name": f"UBND {code}",
            "name_en": "",
            "valid_from": date(2020, 1, 1),
            "valid_to": end,
            "merged_into": HERE if end else None,
            "sequence": 1,
        }
        for code, end in ends.items()
    ]


def everybody() -> Iterator[tuple[str, Caller]]:
    """Everyone who might ask, by name."""
    yield "anonymous", Caller()
    for kind in PEOPLE:
        yield kind, Caller(subject=new_id(), kind=kind, name="Nguyễn Thị Hoa", acr="high")
    for role in ROLES:
        yield role, _official(role)
    for role in WITH_STEPS:
        yield f"{role} kept from these steps", _official(role, "another-step")
        yield f"{role} of these steps", _official(role, *STEPS)
    for service in SERVICES:
        yield f"service:{service}", Caller(subject=service, kind="service")


def _official(role: str, *steps: str) -> Caller:
    limits = {role: frozenset(steps)} if steps else {}
    return Caller(new_id(), "official", "Lê Thị Quầy", agency=HERE, roles=frozenset({role}), steps=limits)


def whose(caller: Caller) -> list[tuple[str, str]]:
    """Owner and agency of what they ask about: their own and other people's, at every agency."""
    others = [(STRANGER, agency) for agency in (HERE, ELSEWHERE, MERGED, STILL_APART)]
    if caller.kind in PEOPLE:
        return [(caller.subject, HERE), (caller.subject, ELSEWHERE), *others[:2]]
    return others if caller.kind == "official" else others[:1]


def column(caller: Caller) -> str:
    """Under which name of a table they stand."""
    if caller.kind == "official":
        (role,) = caller.roles
        return role
    return f"service:{caller.subject}" if caller.kind == "service" else caller.kind


def may_ask(operation: Operation, caller: Caller) -> bool:
    """Whether the table names them at all."""
    return bool(_cells(operation, caller))


def promised(operation: Operation, caller: Caller, thing: Thing) -> bool:
    """What the table says of this caller and this object."""
    near = thing.agency in (HERE, MERGED)
    limits = caller.steps.get(column(caller))
    holds = {
        ANY: True,
        OPEN: thing.is_open,
        OWN: thing.owner == caller.subject,
        AGENCY: near,
        STEP: near and (limits is None or thing.step in limits),
    }
    return any(holds[part] for reach in _cells(operation, caller) for part in reach)


def _cells(operation: Operation, caller: Caller) -> list[Any]:
    names = {"anonymous", column(caller), caller.kind if caller.kind == "service" else "anonymous"}
    return [operation.allow.cells[name] for name in names if name in operation.allow.cells]


def by_object(operation: Operation) -> bool:
    """Whether the object decides for anybody."""
    return any(reach != ANY for reach in operation.allow.cells.values())
