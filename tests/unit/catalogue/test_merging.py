"""A national row over a version that was set up here."""

from typing import Any

from services.catalogue.importing.merging import merged

COPY_FEE = {"code": "copy", "amount": 8_000, "channel": "any", "per": "copies"}


def export(**changed: Any) -> dict[str, Any]:
    normal = {
        "name": "Cấp bản sao trích lục",
        "level": "partial",
        "channels": [{"channel": "online", "time_limit": None, "time_unit": None}],
        "papers": [{"code": "P01"}, {"code": "P02"}],
        "fees": [{"code": "fee", "amount": 8_000, "channel": "any", "per": None}],
        "results": [{"code": "KQ.G15.000342", "name": "Bản sao"}],
    }
    return normal | changed


def local(**changed: Any) -> dict[str, Any]:
    normal = {
        "name": "Tên cũ",
        "name_en": "Copy of an extract",
        "level": "full",
        "acr": "substantial",
        "steps": [{"code": "copy"}],
        "channels": [{"channel": "online", "time_limit": None, "time_unit": "same-day"}],
        "papers": [{"code": "declaration"}],
        "fees": [COPY_FEE],
        "results": [{"code": "old", "name": "old"}],
        "curated": True,
    }
    return normal | changed


def test_a_row_for_a_new_procedure_is_taken_as_it_is() -> None:
    assert merged(export(), None) == (export(), [])


def test_a_row_over_an_earlier_import_is_taken_as_it_is() -> None:
    assert merged(export(), local(curated=False)) == (export(), [])


def test_the_law_comes_from_the_row_and_the_settings_stay() -> None:
    content, remarks = merged(export(), local())
    assert (content["name"], content["results"]) == (export()["name"], export()["results"])
    assert (content["name_en"], content["level"], content["acr"]) == (
        "Copy of an extract",
        "full",
        "substantial",
    )
    assert (content["fees"], content["papers"]) == ([COPY_FEE], [{"code": "declaration"}])
    assert content["channels"][0]["time_unit"] == "same-day"
    assert content["curated"] is True
    assert [remark.code for remark in remarks] == ["kept-local-papers", "kept-local-time-limit"]


def test_fees_that_differ_are_said() -> None:
    _, remarks = merged(export(fees=[]), local())
    said = {remark.code: remark.detail for remark in remarks}
    assert said["kept-local-fees"] == "the row states no amount that may be charged; 8,000 stay"


def test_a_time_limit_of_the_row_wins_over_ours() -> None:
    row = export(channels=[{"channel": "online", "time_limit": 2, "time_unit": "day"}])
    content, remarks = merged(row, local())
    assert content["channels"] == row["channels"]
    assert "kept-local-time-limit" not in [remark.code for remark in remarks]


def test_where_nothing_was_set_the_row_fills_in() -> None:
    content, remarks = merged(export(), local(papers=[], fees=[], channels=[]))
    assert (content["papers"], content["fees"]) == (export()["papers"], export()["fees"])
    assert remarks == []


def test_results_the_row_lacks_stay() -> None:
    assert merged(export(results=[]), local())[0]["results"] == local()["results"]
