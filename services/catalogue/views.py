"""Rows as answers and as event data."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from chassis.work import Work
from services.catalogue.content import COLUMNS
from services.catalogue.tables import Agency, ProcedureVersion


def procedure(version: ProcedureVersion, work: Work) -> dict[str, Any]:
    """A version, whole, with the name of its publisher on its first day."""
    return {
        **version.details,
        **{name: getattr(version, name) for name in COLUMNS},
        **_dates(version),
        "published_at": version.published_at,
        "source": version.source,
        "publisher": _agency_name(version.agency, version.valid_from, work),
        "remarks": version.remarks,
    }


def published(version: ProcedureVersion) -> dict[str, Any]:
    """A version as the other services learn of it."""
    return {
        **{name: getattr(version, name) for name in COLUMNS},
        **_dates(version),
        "results": list(_results(version.results)),
    }


def _results(results: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, str]]:
    """An import may know only the name of a result, or only its code."""
    for number, result in enumerate(results, start=1):
        code = result.get("code") or f"R{number:02d}"
        yield {"code": code, "name": result.get("name") or code}


def _dates(version: ProcedureVersion) -> dict[str, Any]:
    return {
        "code": version.code,
        "version_no": version.version_no,
        "valid_from": version.valid_from,
        "valid_to": version.valid_to,
    }


def _agency_name(code: str, day: date, work: Work) -> dict[str, Any]:
    row = work.session.execute(
        select(Agency.name, Agency.name_en)
        .where(Agency.code == code, Agency.valid_from <= day)
        .order_by(Agency.valid_from.desc())
        .limit(1)
    ).first()
    name, name_en = row or (None, None)
    return {"code": code, "name": name, "name_en": name_en}
