"""Procedures as of a day: lists, search, one procedure, its versions."""

from datetime import date
from typing import Any

from sqlalchemy import func, literal_column, select

from chassis.caller import Caller
from chassis.paging import page
from chassis.schemas import Command
from chassis.work import Work
from services.catalogue import views
from services.catalogue.agency_codes import long_shape
from services.catalogue.errors import NoVersionInForce, ProcedureNotFound
from services.catalogue.folding import fold
from services.catalogue.queries import search
from services.catalogue.tables import Procedure, ProcedureVersion, in_force

_ITEM = (
    ProcedureVersion.code,
    ProcedureVersion.version_no,
    ProcedureVersion.name,
    ProcedureVersion.name_en,
    ProcedureVersion.field,
    ProcedureVersion.agency,
    ProcedureVersion.level,
    ProcedureVersion.valid_from,
    ProcedureVersion.valid_to,
    func.jsonb_path_query_array(ProcedureVersion.channels, literal_column("'$[*].channel'")).label(
        "channels"
    ),
)

_COLUMN = {
    "field": ProcedureVersion.search_field,
    "agency": ProcedureVersion.agency,
    "level": ProcedureVersion.level,
}
_NAMES = tuple(column.key for column in _ITEM)


def find(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """The procedures in force on a day; with `q`, best match first, else by code."""
    filters = _filters(query, work)
    q = (query.q or "").strip()
    if q and not search.is_code(q):
        return search.ranked(work, query, filters)
    items = select(*_ITEM).where(in_force(ProcedureVersion, filters.pop("on")))
    items = items.where(*(_COLUMN[name] == value for name, value in filters.items()))
    if q:
        items = items.where(ProcedureVersion.code.startswith(q.upper(), autoescape=True))
    return page(work, items, key=(ProcedureVersion.code.asc(),), query=query, view=_view)


def get(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    on = query.on or work.clock.today()
    wanted = select(ProcedureVersion).where(
        ProcedureVersion.code == query.code, in_force(ProcedureVersion, on)
    )
    version = work.session.scalar(wanted)
    if version is None:
        _require_known(query.code, work)
        raise NoVersionInForce(code=query.code, on=on)
    return views.procedure(version, work)


def versions(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Every version, newest first, also those replaced on their first day."""
    _require_known(query.code, work)
    today = work.clock.today()
    wanted = select(ProcedureVersion).where(ProcedureVersion.code == query.code)
    newest_first = (ProcedureVersion.version_no.desc(),)
    return page(work, wanted, key=newest_first, query=query, view=lambda row: _version_item(row, today))


def _filters(query: Command, work: Work) -> dict[str, Any]:
    filters: dict[str, Any] = {"on": query.on or work.clock.today()}
    if query.field:
        filters["field"] = fold(query.field)
    if query.agency:
        filters["agency"] = long_shape(query.agency)
    if query.level:
        filters["level"] = query.level
    return filters


def _view(row: Any) -> dict[str, Any]:
    return dict(zip(_NAMES, row, strict=True))


def _version_item(version: ProcedureVersion, today: date) -> dict[str, Any]:
    ended = version.valid_to is not None and version.valid_to < today
    return {
        "code": version.code,
        "version_no": version.version_no,
        "name": version.name,
        "decision_number": version.decision_number,
        "valid_from": version.valid_from,
        "valid_to": version.valid_to,
        "published_at": version.published_at,
        "source": version.source,
        "in_force": version.valid_from <= today and not ended,
    }


def _require_known(code: str, work: Work) -> None:
    if work.get(Procedure, code) is None:
        raise ProcedureNotFound(code=code)
