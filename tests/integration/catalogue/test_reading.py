"""Agencies and places as of a day, lists by page, and snapshots for rebuilding copies."""

from typing import Any

import pytest

from chassis.errors import ValidationFailed
from services.catalogue.errors import AgencyNotFound, PlaceNotFound, ProcedureNotFound
from tests.integration.catalogue.conftest import Catalogue


@pytest.mark.parametrize("code", ["H26.06", "000.00.06.H26"])
def test_an_agency_is_known_by_both_shapes_of_its_code(catalogue: Catalogue, code: str) -> None:
    ward = catalogue.ask("get_agency", code=code)
    assert (ward["code"], ward["shortCode"]) == ("000.00.06.H26", "H26.06")
    assert (ward["parent"], ward["place"]) == ("000.00.00.H26", "00004")


def test_an_agency_that_is_gone_is_found_on_its_days(catalogue: Catalogue) -> None:
    with pytest.raises(AgencyNotFound):
        catalogue.ask("get_agency", code="G04")
    transport = catalogue.ask("get_agency", code="G04", on="2025-02-28")
    assert (transport["name"], transport["mergedInto"]) == ("Bộ Giao thông vận tải", "000.00.00.G17")


def test_an_agency_carries_the_name_of_the_day(catalogue: Catalogue) -> None:
    names = {
        day: catalogue.ask("get_agency", code="G10", on=day)["name"] for day in ("2025-02-28", "2025-03-01")
    }
    assert names == {
        "2025-02-28": "Bộ Nông nghiệp và Phát triển nông thôn",
        "2025-03-01": "Bộ Nông nghiệp và Môi trường",
    }


def test_provinces_before_and_after_the_merger(catalogue: Catalogue) -> None:
    assert len(catalogue.all("find_agencies", kind="province", on="2025-06-30")) == 63
    assert len(catalogue.all("find_agencies", kind="province", on="2025-07-01")) == 34
    assert [a["shortCode"] for a in catalogue.all("find_agencies", parent="H26")] == ["H26.06"]


def test_others_learn_of_an_agency_once_from_first_day_to_last(catalogue: Catalogue) -> None:
    [(kind, told)] = catalogue.events("000.00.00.G10")
    assert kind == "agency-published"
    assert (told["name"], told["validFrom"], told["validTo"]) == (
        "Bộ Nông nghiệp và Môi trường",
        "2019-01-01",
        None,
    )
    [(_, gone)] = catalogue.events("000.00.00.H22")
    assert (gone["validTo"], gone["mergedInto"]) == ("2025-06-30", "000.00.00.H60")


def test_places(catalogue: Catalogue) -> None:
    assert len(catalogue.all("find_places", limit=100)) == 34 + 3_321
    capital = catalogue.ask("get_place", code="01")
    assert (capital["name"], capital["level"], capital["parent"]) == ("Thành phố Hà Nội", "province", None)
    ward = catalogue.ask("get_place", code="00004")
    assert (ward["name"], ward["parentName"], ward["kind"]) == (
        "Phường Ba Đình",
        "Thành phố Hà Nội",
        "phường",
    )
    with pytest.raises(PlaceNotFound):
        catalogue.ask("get_place", code="00004", on="2025-06-30")
    communes = catalogue.all("find_places", parent="01", limit=100)
    assert {place["parent"] for place in communes} == {"01"}
    assert communes == sorted(communes, key=lambda place: place["code"])


@pytest.mark.parametrize(
    ("q", "parent", "code"),
    [
        ("ba dinh", "01", "00004"),
        ("Ba Đìnk", "01", "00004"),
        ("ha noi", None, "01"),
        ("sai gon", None, "26740"),
    ],
)
def test_places_are_found_without_accents_and_with_a_slip(
    catalogue: Catalogue, q: str, parent: str | None, code: str
) -> None:
    where = {"parent": parent} if parent else {}
    assert catalogue.ask("find_places", q=q, **where)["items"][0]["code"] == code


def test_provinces_of_any_day(catalogue: Catalogue) -> None:
    for day in ("2019-01-01", "2024-12-31", "2025-06-30"):
        assert len(catalogue.all("find_places", on=day, limit=100)) == 63
    names = [catalogue.ask("get_place", code="46", on=f"202{day}")["name"] for day in ("4-12-31", "5-01-01")]
    assert names == ["Tỉnh Thừa Thiên Huế", "Thành phố Huế"]
    assert catalogue.ask("get_place", code="02", on="2025-06-30")["name"] == "Tỉnh Hà Giang"
    with pytest.raises(PlaceNotFound):
        catalogue.ask("get_place", code="02", on="2025-07-01")


def test_lists_page_through_everything_once(catalogue: Catalogue) -> None:
    items = catalogue.all("find_procedures", limit=3)
    codes = [item["code"] for item in items]
    assert codes == sorted(set(codes))
    assert {"1.001193", "2.000635", "3.000347", "MC.000001"} <= set(codes)
    assert "1.002809" not in codes


def test_lists_are_of_a_day(catalogue: Catalogue) -> None:
    then = {item["code"] for item in catalogue.all("find_procedures", on="2020-05-20")}
    assert {"1.002809", "MC.000011", "MC.000016"} <= then
    assert "3.000347" not in then


def test_filters(catalogue: Catalogue) -> None:
    assert {i["code"] for i in catalogue.all("find_procedures", field="ho tich")} == {"1.001193", "2.000635"}
    assert {i["code"] for i in catalogue.all("find_procedures", agency="G01")} == {"3.000347", "MC.000004"}
    partial: list[dict[str, Any]] = catalogue.all("find_procedures", level="partial", agency="000.00.00.G17")
    assert [item["code"] for item in partial] == ["1.013237"]


# Further down: [true], {"a": 1} and "a" as JSON.
@pytest.mark.parametrize("cursor", ["x", "bm9uc2Vuc2U", "cjk5OTk5", "W3RydWVd", "eyJhIjoxfQ", "ImEi"])
def test_a_bad_cursor_is_refused(catalogue: Catalogue, cursor: str) -> None:
    for payload in ({"q": "khai sinh"}, {}):
        with pytest.raises(ValidationFailed) as refusal:
            catalogue.ask("find_procedures", cursor=cursor, **payload)
        assert refusal.value.errors[0].pointer == "/cursor"
    with pytest.raises(ValidationFailed):
        catalogue.ask("list_versions", code="1.001193", cursor=cursor)


def test_an_unknown_procedure(catalogue: Catalogue) -> None:
    for name in ("get_procedure", "list_versions"):
        with pytest.raises(ProcedureNotFound):
            catalogue.ask(name, code="9.999999")


def test_snapshots_show_every_version_as_its_last_event_did(
    catalogue: Catalogue, body: dict[str, Any]
) -> None:
    catalogue.ask("publish_version", **body)
    catalogue.ask("publish_version", **body | {"validFrom": "2027-02-01"})
    items = catalogue.all("procedure_snapshots", limit=4)
    mine = [item for item in items if item["subject"] == "1.999999"]
    assert [item["sequence"] for item in mine] == [3, 3]
    assert [item["data"] for item in mine] == [data for _, data in catalogue.events("1.999999")[1:]]
    agencies = catalogue.all("agency_snapshots", limit=7)
    assert len(agencies) == len({item["subject"] for item in agencies}) == 90
    for item in agencies:
        assert item["data"] == catalogue.events(item["subject"])[-1][1]
