"""Agencies as of a day."""

from typing import Any

from sqlalchemy import or_, select

from chassis.caller import Caller
from chassis.paging import page
from chassis.schemas import Command
from chassis.work import Work
from services.catalogue.agency_codes import long_shape
from services.catalogue.errors import AgencyNotFound
from services.catalogue.tables import Agency, in_force


def find(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    wanted = select(Agency).where(in_force(Agency, query.on or work.clock.today()))
    if query.kind:
        wanted = wanted.where(Agency.kind == query.kind)
    if query.parent:
        wanted = wanted.where(Agency.parent == long_shape(query.parent))
    return page(work, wanted, key=(Agency.short_code.asc(),), query=query, view=view)


def get(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """By either shape of its code; an agency that is gone is found on the days it existed."""
    on = query.on or work.clock.today()
    same = or_(Agency.code == query.code, Agency.short_code == query.code)
    agency = work.session.scalar(select(Agency).where(same, in_force(Agency, on)))
    if agency is None:
        raise AgencyNotFound(code=query.code, on=on)
    return view(agency)


def view(agency: Agency) -> dict[str, Any]:
    return {column.key: getattr(agency, column.key) for column in Agency.__table__.columns}
