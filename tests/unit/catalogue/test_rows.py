"""Whole rows: refused with a reason, or kept with everything doubtful said; the real export as a whole."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalogue import schemas
from services.catalogue.importing.row import Rejected, read_row
from tests.unit.catalogue.data import needs_export, rows

ROW = {"ma_thu_tuc": "1.000001", "ten_thu_tuc": "Cấp giấy phép", "so_quyet_dinh": "1/QĐ-BCA"}


def reason(row: Any) -> str:
    with pytest.raises(Rejected) as refusal:
        read_row(row)
    return refusal.value.remark.code


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (None, "not-an-object"),
        (["1.000001"], "not-an-object"),
        ({}, "code-missing"),
        ({"ma_thu_tuc": 1.000001, "ten_thu_tuc": "Cấp giấy phép"}, "code-missing"),
        ({**ROW, "ma_thu_tuc": "  "}, "code-missing"),
        ({**ROW, "ma_thu_tuc": "1-000001"}, "code-malformed"),
        ({**ROW, "ma_thu_tuc": "MC.000001"}, "code-malformed"),
        ({**ROW, "ma_thu_tuc": "1.000001." + "X" * 60}, "code-malformed"),
        ({**ROW, "ten_thu_tuc": None}, "name-missing"),
        ({**ROW, "ten_thu_tuc": "Không có thông tin"}, "name-missing"),
        ({**ROW, "ten_thu_tuc": 7}, "name-missing"),
    ],
)
def test_rows_that_cannot_be_kept(row: Any, code: str) -> None:
    assert reason(row) == code


@pytest.mark.parametrize(
    ("given_code", "code"),
    [
        (" 1.000001\u200e", "1.000001"),
        ("1.115148", "1.115148"),
        ("2.000815.000.00.00.H55", "2.000815.000.00.00.H55"),
    ],
)
def test_codes_are_cleaned(given_code: str, code: str) -> None:
    assert read_row({**ROW, "ma_thu_tuc": given_code}).code == code


def test_a_bare_row_is_kept_and_says_what_it_lacks() -> None:
    reading = read_row(ROW)
    assert reading.content["level"] == "information"
    assert [remark.code for remark in reading.remarks] == [
        "no-channel",
        "no-papers",
        "no-result",
        "no-legal-basis",
    ]


def test_doubts_about_the_name() -> None:
    twice = read_row({**ROW, "ten_thu_tuc": "Thẩm định đề án\nThẩm định đề án"})
    assert twice.content["name"] == "Thẩm định đề án"
    assert "name-repeated" in [remark.code for remark in twice.remarks]
    decision = read_row({**ROW, "ten_thu_tuc": "Công bố Danh mục thủ tục hành chính của Sở"})
    assert "name-is-decision-title" in [remark.code for remark in decision.remarks]


def test_mended_text_is_said() -> None:
    reading = read_row({**ROW, "ten_thu_tuc": "Đăng k\u200eý giấy ph\nép", "linh_vuc": 5})
    said = {remark.code: remark.detail for remark in reading.remarks}
    assert reading.content["name"] == "Đăng ký giấy phép"
    assert said["invisible-characters"] == "U+200E removed from ten_thu_tuc"
    assert said["broken-word"] == "joined in ten_thu_tuc: phép"
    assert "linh_vuc" in said["column-malformed"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 70_000) | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
COLUMNS = (
    "_channels", "_papers", "_result_codes", "ten_thu_tuc", "cach_thuc_thuc_hien", "thanh_phan_ho_so",
    "ket_qua_xu_ly", "can_cu_phap_ly", "cap_thuc_hien", "so_quyet_dinh", "linh_vuc",
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(COLUMNS), JSON))
def test_no_row_breaks_the_reader(columns: dict[str, Any]) -> None:
    try:
        reading = read_row({**ROW, **columns})
    except Rejected as refusal:
        assert refusal.remark.code == "name-missing"
    else:
        assert reading.content["name"]


@needs_export
def test_every_row_of_the_real_export_is_kept() -> None:
    readings = {code: read_row(row) for code, row in rows().items()}
    assert len(readings) == 1_401
    found = Counter(code for reading in readings.values() for code in {r.code for r in reading.remarks})
    assert found["invisible-characters"] == 31
    assert found["free-but-remark-names-amount"] == 35
    assert found["time-and-fee-glued"] == 9
    assert found["count-glued"] == 25
    assert found["notes-among-papers"] == 155
    assert not {"not-storable", "channel-unknown", "time-unread", "column-malformed"} & set(found)


@needs_export
def test_real_rows_are_read_as_a_person_reads_them() -> None:
    licence = read_row(rows()["3.000347"]).content
    assert (licence["name"], licence["publisher"]) == ("Đổi giấy phép lái xe", "G01")
    assert licence["fees"] == []
    assert {channel["fee"]["state"] for channel in licence["channels"]} == {"doubtful"}
    assert licence["results"] == [{"code": "KQ.G01.000185", "name": "Giấy phép lái xe"}]
    extract = read_row(rows()["2.000635"]).content
    assert [(fee["amount"], fee["channel"]) for fee in extract["fees"]] == [(8_000, "any")]
    assert len(extract["paper_notes"]) == 20
    inspection = read_row(rows()["1.005103"]).content["channels"][0]
    assert (inspection["time_limit"], inspection["fee"]["amount"]) == (1, 40_000)


@needs_export
def test_what_is_read_is_what_a_publisher_could_have_sent() -> None:
    """The importer passes by the schema; its content must still obey it."""
    for code, row in rows().items():
        content = read_row(row).content
        agency = content.pop("publisher") or "G01"
        if not content["channels"]:
            continue
        wire = schemas.ProcedureView.show({**content, "agency": agency})
        body = {key: value for key, value in wire.items() if value is not None}
        schemas.PublishVersion.read({**body, "code": code, "validFrom": "2026-11-22"})
