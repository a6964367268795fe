"""The local copies of the catalogue: what a draft or a submission is checked against."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, func, select

from chassis.copies import keep
from chassis.events import Event
from chassis.ids import new_id
from chassis.work import Work
from services.dossier.errors import (
    AgencyNotInForce,
    ProcedureNotInForce,
    UnknownAgency,
    UnknownProcedure,
    on_field,
)
from services.dossier.procedures import Procedure
from services.dossier.tables import Agency, ProcedureVersion, ProcedureWithdrawal


@dataclass(frozen=True, slots=True)
class InForce:
    """The version of a procedure in force on a day, and what it says."""

    id: str
    version_no: int
    rules: Procedure


def procedure_in_force(work: Work, code: str, day: date) -> InForce:
    """The newest version whose window holds the day; UnknownProcedure or ProcedureNotInForce else."""
    windows = (
        select(ProcedureVersion, ProcedureWithdrawal)
        .outerjoin(ProcedureWithdrawal, ProcedureWithdrawal.code == ProcedureVersion.code)
        .where(
            ProcedureVersion.code == code,
            ProcedureVersion.valid_from <= day,
            func.coalesce(ProcedureVersion.valid_to, day) >= day,
        )
        .order_by(ProcedureVersion.valid_from.desc(), ProcedureVersion.version_no.desc())
    )
    for version, withdrawal in work.session.execute(windows):
        if not _withdrawn(version, withdrawal, day):
            return InForce(version.id, version.version_no, Procedure(version.content))
    known = work.session.scalar(select(exists().where(ProcedureVersion.code == code)))
    raise on_field(ProcedureNotInForce if known else UnknownProcedure, "/procedure")


def rules_of(work: Work, version_id: str) -> Procedure:
    """The rules a dossier was submitted under, whatever has been published since."""
    version = work.session.get_one(ProcedureVersion, version_id)
    return Procedure(version.content)


def require_agency(work: Work, code: str, day: date) -> Agency:
    """The agency, existing on this day."""
    agency = work.get(Agency, code)
    if agency is None:
        raise on_field(UnknownAgency, "/agency")
    if not agency.valid_from <= day <= (agency.valid_to or date.max):
        raise on_field(AgencyNotInForce, "/agency")
    return agency


def procedure_published(event: Event, work: Work) -> None:
    """Keep this version; told again, only its names and its end follow: its rules are those of dossiers."""
    version = {
        "id": new_id(),
        "code": event.code,
        "version_no": event.version_no,
        "name": event.name,
        "name_en": event.name_en or "",
        "valid_from": event.valid_from,
        "valid_to": event.valid_to,
        "content": _stored(event.values),
    }
    fixed = ("id", "content", "valid_from")
    keep(event, work, ProcedureVersion, version, key=("code", "version_no"), fixed=fixed)


def procedure_withdrawn(event: Event, work: Work) -> None:
    keep(event, work, ProcedureWithdrawal, {"code": event.code, "valid_to": event.valid_to})


def agency_published(event: Event, work: Work) -> None:
    agency = {
        "code": event.code,
        "name": event.name,
        "name_en": event.name_en or "",
        "valid_from": event.valid_from,
        "valid_to": event.valid_to,
        "merged_into": event.merged_into,
    }
    keep(event, work, Agency, agency)


def _withdrawn(version: ProcedureVersion, withdrawal: ProcedureWithdrawal | None, day: date) -> bool:
    """Published again after the withdrawal, a version stands on its own."""
    return withdrawal is not None and version.sequence < withdrawal.sequence and day > withdrawal.valid_to


def _stored(values: dict[str, Any]) -> dict[str, Any]:
    """The event's data as plain JSON; days as ISO text."""
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}
