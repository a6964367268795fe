"""Provinces and communes as of a day."""

from datetime import date
from typing import Any

from sqlalchemy import Float, Select, Text, bindparam, func, select
from sqlalchemy.orm import aliased

from chassis.caller import Caller
from chassis.paging import page
from chassis.schemas import Command
from chassis.work import Work
from services.catalogue.errors import PlaceNotFound
from services.catalogue.folding import fold
from services.catalogue.tables import Place, in_force

_Parent = aliased(Place)


def find(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Places by code; with `q`, the best matches by name (one page, no paging)."""
    wanted = _select(query.on or work.clock.today())
    if query.parent:
        wanted = wanted.where(Place.parent == query.parent)
    asked = fold(query.q or "")
    if not asked:
        return page(work, wanted, key=(Place.code.asc(),), query=query, view=_view)
    return {
        "items": [_view(row) for row in work.session.execute(_nearest(wanted, asked, query.limit))],
        "next": None,
    }


def get(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    on = query.on or work.clock.today()
    row = work.session.execute(_select(on).where(Place.code == query.code)).first()
    if row is None:
        raise PlaceNotFound(code=query.code, on=on)
    return _view(row)


def _select(on: date) -> Select[Place, str]:
    """With the parent's name of that day; a place without a parent stands alone."""
    same_day = (_Parent.code == Place.parent) & in_force(_Parent, on)
    return select(Place, _Parent.name).outerjoin(_Parent, same_day).where(in_force(Place, on))


def _nearest(wanted: Select[Place, str], asked: str, limit: int) -> Select[Place, str]:
    """People type the bare name, so it is compared with any part of the place's name."""
    distance = bindparam("asked", asked, Text).op("<<->", return_type=Float)(Place.search_name)
    return (
        wanted.where(distance < 0.5)
        .order_by(distance, func.length(Place.search_name), Place.code)
        .limit(limit)
    )


def _view(row: Any) -> dict[str, Any]:
    place, parent_name = row
    columns = ("code", "name", "level", "kind", "parent", "valid_from", "valid_to")
    return {name: getattr(place, name) for name in columns} | {"parent_name": parent_name}
