"""What other services rebuild their copies from: everything published, with its newest sequence."""

from typing import Any

from sqlalchemy import func, select

from chassis.caller import Caller
from chassis.paging import page
from chassis.schemas import Command
from chassis.work import Work
from services.catalogue import views
from services.catalogue.tables import Agency, Base, ProcedureVersion
from services.catalogue.usecases import agencies as agency_lives

_streams = Base.metadata.tables["outbox_streams"]


def procedures(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Every version; all of a procedure carry the sequence of its newest event, whose state they show."""
    wanted = select(ProcedureVersion, _streams.c.sequence).join(
        _streams, _streams.c.subject == ProcedureVersion.code
    )
    key = (ProcedureVersion.code.asc(), ProcedureVersion.version_no.asc())
    return page(work, wanted, key=key, query=query, view=_procedure)


def agencies(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    first_periods = (
        select(Agency.code.label("code"), func.min(Agency.valid_from).label("since"))
        .group_by(Agency.code)
        .subquery()
    )
    wanted = (
        select(Agency, _streams.c.sequence)
        .join(
            first_periods,
            (first_periods.c.code == Agency.code) & (first_periods.c.since == Agency.valid_from),
        )
        .join(_streams, _streams.c.subject == Agency.code)
    )
    return page(work, wanted, key=(Agency.code.asc(),), query=query, view=lambda row: _agency(row, work))


def _procedure(row: Any) -> dict[str, Any]:
    version, sequence = row
    return {
        "subject": version.code,
        "sequence": sequence,
        "time": version.published_at,
        "data": views.published(version),
    }


def _agency(row: Any, work: Work) -> dict[str, Any]:
    agency, sequence = row
    life = agency_lives.life(agency_lives.periods(agency.code, work))
    return {"subject": agency.code, "sequence": sequence, "time": work.clock.now(), "data": life}
