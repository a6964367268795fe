"""What other services rebuild from: dossiers as their events would tell them now.

Every dossier is either open or finished, so a copy fed by both kinds of snapshot is told each state once.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from chassis.caller import Caller
from chassis.schemas import Command
from chassis.snapshots import snapshots
from chassis.work import Work
from services.dossier import facts
from services.dossier.states import State
from services.dossier.tables import Charge, Dossier, ProcedureVersion

Told = tuple[datetime, dict[str, Any]]


def open_dossiers(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Dossiers that have not ended, as submitted."""
    rows = (
        select(Dossier, ProcedureVersion.name)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version)
        .where(Dossier.finished_at.is_(None))
    )

    def show(row: Dossier, procedure_name: str) -> Told:
        return row.submitted_at, facts.head(row) | facts.submission(row, procedure_name)

    return snapshots(work, rows, subject=Dossier.id, query=query, show=show)


def finished_dossiers(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Dossiers that have ended, and how."""
    rows = select(Dossier, Dossier.finished_at).where(Dossier.finished_at.is_not(None))

    def show(row: Dossier, finished_at: datetime) -> Told:
        return finished_at, facts.head(row) | facts.end(row, State(row.state).code)

    return snapshots(work, rows, subject=Dossier.id, query=query, show=show)


def charges(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """What open dossiers were charged; of one that has ended nothing is owed any more."""
    charged = exists().where(Charge.dossier == Dossier.id)
    rows = select(Dossier).where(Dossier.finished_at.is_(None), charged)

    def show(row: Dossier) -> Told:
        found = work.session.scalars(select(Charge).where(Charge.dossier == row.id).order_by(Charge.id))
        return row.submitted_at, facts.head(row) | facts.charging(found)

    return snapshots(work, rows, subject=Dossier.id, query=query, show=show)
