"""The starter data: lawful as a publisher's own, and complete."""

from datetime import date
from itertools import pairwise
from typing import Any

import orjson
import pytest

from services.catalogue import starter
from services.catalogue.agency_codes import is_agency_code, long_shape
from services.catalogue.schemas import PublishVersion
from services.catalogue.versions import Window, closed_by

AGENCIES: list[dict[str, Any]] = orjson.loads((starter.DATA / "agencies.json").read_bytes())
PROCEDURES: dict[str, list[dict[str, Any]]] = {
    procedure["code"]: procedure["versions"]
    for path in (starter.DATA / "procedures").glob("*.json")
    for procedure in orjson.loads(path.read_bytes())
}
#: The services named in the mission, by code.
NAMED = {
    "1.001193", "2.000635", "3.000347", "2.000033", "1.002759", "1.001612", "1.013237",
    "MC.000001", "MC.000002", "MC.000003", "MC.000004",
    "MC.000011", "MC.000012", "MC.000013", "MC.000014", "MC.000015", "MC.000016",
}  # fmt: skip


def agency_on(code: str, day: date) -> dict[str, Any] | None:
    for agency in AGENCIES:
        for period in agency["periods"]:
            first, last = period["valid_from"], period.get("valid_to", "9999-12-31")
            if long_shape(agency["code"]) == long_shape(code) and first <= day.isoformat() <= last:
                return dict(period)
    return None


def test_every_named_service_is_there() -> None:
    assert set(PROCEDURES) >= NAMED


@pytest.mark.parametrize("code", sorted(PROCEDURES))
def test_a_publisher_could_have_published_it(code: str) -> None:
    windows: list[Window] = []
    for raw in PROCEDURES[code]:
        version = PublishVersion.read({**raw, "code": code})
        first, last = version["valid_from"], version["valid_to"]
        assert agency_on(version["agency"], first), version["agency"]
        assert version["name_en"]
        assert all(paper["name_en"] for paper in version["papers"])
        codes = [paper["code"] for paper in version["papers"]]
        assert len(codes) == len(set(codes))
        closed_by(windows, first, last, reopens=True)
        windows.append(Window(len(windows) + 1, first, last))


def test_the_schemes_of_2020_have_ended() -> None:
    for number in range(11, 17):
        [version] = PROCEDURES[f"MC.0000{number}"]
        assert "2020-04-01" <= version["validFrom"] <= "2020-05-20" <= version["validTo"] <= "2021-12-31"


def test_the_fees_the_law_sets() -> None:
    [extract], [licence] = PROCEDURES["2.000635"], PROCEDURES["3.000347"]
    [copy] = extract["fees"]
    assert (copy["amount"], copy["per"], copy["collect"], copy["kind"]) == (
        8_000,
        "copies",
        "before-reception",
        "charge",
    )
    anyway, online = licence["fees"]
    assert (anyway["amount"], anyway["channel"]) == (135_000, "any")
    assert (online["amount"], online["validFrom"], online["validTo"]) == (115_000, "2023-12-01", "2025-12-31")
    assert anyway["code"] == online["code"]


def test_agencies_live_without_gaps_and_merge_into_what_exists() -> None:
    codes = [agency["code"] for agency in AGENCIES]
    assert len(codes) == len(set(codes))
    for agency in AGENCIES:
        assert is_agency_code(agency["code"])
        periods = agency["periods"]
        for earlier, later in pairwise(periods):
            gap = date.fromisoformat(later["valid_from"]) - date.fromisoformat(earlier["valid_to"])
            assert gap.days == 1
        for period in periods:
            for reference in (period.get("parent"), period.get("merged_into")):
                assert reference is None or agency_on(reference, date(2026, 11, 22)), reference


def test_thirty_four_provinces_of_sixty_three_are_left() -> None:
    provinces = [agency["code"] for agency in AGENCIES if agency["kind"] == "province"]
    assert len(provinces) == 63
    assert sum(agency_on(code, date(2025, 6, 30)) is not None for code in provinces) == 63
    assert sum(agency_on(code, date(2025, 7, 1)) is not None for code in provinces) == 34


def test_the_sandbox_desks_exist() -> None:
    for code in ("000.00.06.H26", "000.00.07.H29", "000.00.00.G22"):
        assert agency_on(code, date(2026, 11, 22))
