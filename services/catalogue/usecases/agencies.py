"""Agencies: kept by period, told to the others as one life from first day to last."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from chassis.work import Work
from services.catalogue import events
from services.catalogue.agency_codes import long_shape, short_shape
from services.catalogue.tables import Agency


def record(rows: Sequence[dict[str, Any]], work: Work) -> bool:
    """Write the periods of one agency; says whether anything changed, and then tells the others."""
    changed = False
    for row in rows:
        values = {**row, "code": long_shape(row["code"]), "short_code": short_shape(row["code"])}
        for reference in ("parent", "merged_into"):
            values[reference] = long_shape(values[reference]) if values.get(reference) else None
        changed |= _write(values, work)
    if changed:
        work.session.flush()
        code = long_shape(rows[0]["code"])
        work.emit(events.AgencyPublished, subject=code, data=life(periods(code, work)))
    return changed


def periods(code: str, work: Work) -> list[Agency]:
    wanted = select(Agency).where(Agency.code == code).order_by(Agency.valid_from)
    return list(work.session.scalars(wanted))


def life(rows: Sequence[Agency]) -> dict[str, Any]:
    """One agency over all its periods, under its newest name."""
    newest = rows[-1]
    return {
        "code": newest.code,
        "name": newest.name,
        "name_en": newest.name_en,
        "kind": newest.kind,
        "parent": newest.parent,
        "valid_from": rows[0].valid_from,
        "valid_to": newest.valid_to,
        "merged_into": newest.merged_into,
    }


def successor(code: str, day: date, work: Work) -> str:
    """The agency that answers for this one on a day: itself, or what it was merged into."""
    code = long_shape(code)
    wanted = select(Agency).order_by(Agency.valid_from.desc()).limit(1)
    seen: set[str] = set()
    while code not in seen:
        seen.add(code)
        newest = work.session.scalar(wanted.where(Agency.code == code))
        if newest is None or newest.merged_into is None or newest.valid_to is None or newest.valid_to >= day:
            break
        code = newest.merged_into
    return code


def _write(values: dict[str, Any], work: Work) -> bool:
    row = work.get(Agency, (values["code"], values["valid_from"]))
    if row is None:
        work.add(Agency(**values))
        return True
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)
