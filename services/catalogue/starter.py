"""What a fresh catalogue starts with: agencies, places and the first procedures. Running it again adds nothing."""

from datetime import date
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from vietnam_provinces import Province, VietNamDivisionType, Ward

from chassis.database import Sessions
from chassis.work import Work
from services.catalogue.agency_codes import long_shape
from services.catalogue.folding import fold
from services.catalogue.schemas import PublishVersion
from services.catalogue.tables import Place, ProcedureVersion
from services.catalogue.usecases import agencies
from services.catalogue.usecases.publishing import publish

DATA = Path(__file__).parent / "starter_data"
#: 34 provinces and their communes took the place of 63 provinces, districts and communes on this day.
NEW_PLACES = date(2025, 7, 1)


def load(database: Sessions, sandbox: bool) -> None:
    with database.work() as work:
        load_agencies(work)
        load_places(work)
        load_former_provinces(work)
    with database.work() as work:
        load_procedures(work)


def load_agencies(work: Work) -> None:
    for agency in _read(DATA / "agencies.json"):
        periods = [_period(agency, period) for period in agency["periods"]]
        agencies.record(periods, work)


def load_places(work: Work) -> None:
    """The statistics office's units, as the package `vietnam-provinces` carries them."""
    if work.session.scalar(select(Place.code).where(Place.valid_from == NEW_PLACES).limit(1)):
        return
    rows = [_place(f"{int(unit.code):02d}", "province", unit, None) for unit in Province.iter_all()]
    rows += [
        _place(f"{int(unit.code):05d}", "commune", unit, f"{int(unit.province_code):02d}")
        for unit in Ward.iter_all()
    ]
    work.session.execute(insert(Place).on_conflict_do_nothing(), rows)


def load_former_provinces(work: Work) -> None:
    """The 63 of before; their districts and communes are not carried."""
    rows = [
        {
            **province,
            "valid_from": date.fromisoformat(province["valid_from"]),
            "valid_to": date.fromisoformat(province["valid_to"]),
            "level": "province",
            "parent": None,
            "search_name": fold(province["name"]),
        }
        for province in _read(DATA / "former_provinces.json")
    ]
    work.session.execute(insert(Place).on_conflict_do_nothing(), rows)


def load_procedures(work: Work) -> None:
    """Each dated version once; what a publisher or an import added later stays as it is."""
    for path in sorted((DATA / "procedures").glob("*.json")):
        for procedure in _read(path):
            _publish_new(procedure["code"], procedure["versions"], work)


def _publish_new(code: str, versions: list[dict[str, Any]], work: Work) -> None:
    known = select(ProcedureVersion.valid_from).where(
        ProcedureVersion.code == code, ProcedureVersion.source == "starter"
    )
    loaded = set(work.session.scalars(known))
    for raw in versions:
        content = PublishVersion.read({**raw, "code": code})
        content["agency"] = long_shape(content["agency"])
        first, last = content["valid_from"], content["valid_to"]
        if first not in loaded:
            publish(code, content, work, first=first, last=last, source="starter", reopens=True)


def _period(agency: dict[str, Any], period: dict[str, Any]) -> dict[str, Any]:
    ends = period.get("valid_to")
    return {
        "code": agency["code"],
        "kind": agency["kind"],
        "name": period["name"],
        "name_en": period["name_en"],
        "parent": period.get("parent"),
        "place": period.get("place"),
        "merged_into": period.get("merged_into"),
        "valid_from": date.fromisoformat(period["valid_from"]),
        "valid_to": date.fromisoformat(ends) if ends else None,
    }


def _place(code: str, level: str, unit: Any, parent: str | None) -> dict[str, Any]:
    kind: VietNamDivisionType = unit.division_type
    name = unit.name if level == "commune" else _full_name(unit)
    return {
        "code": code,
        "valid_from": NEW_PLACES,
        "name": name,
        "level": level,
        "kind": kind.value,
        "parent": parent,
        "search_name": fold(name),
    }


def _full_name(province: Any) -> str:
    """The package names cities in full and other provinces by their bare names."""
    city = province.division_type is VietNamDivisionType.THANH_PHO_TRUNG_UONG
    return str(province.name) if city else f"Tỉnh {province.name}"


def _read(path: Path) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = orjson.loads(path.read_bytes())
    return items
