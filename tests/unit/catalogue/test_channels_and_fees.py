"""Channels, time limits, and which fees may be believed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalogue.importing import amounts, fees
from services.catalogue.importing.channels import Channel, read_channels
from services.catalogue.importing.columns import typed
from services.catalogue.importing.remarks import Remarks

HEAD = "Hình thức nộpThời gianPhí, lệ phíMô tả"


def entry(**changed: Any) -> dict[str, Any]:
    normal = {
        "channel": "online",
        "time": 5.0,
        "unit": "Ngày làm việc",
        "fee": 0,
        "currency": "VND",
        "note": None,
    }
    return normal | changed


def read(*entries: dict[str, Any], published: str = "") -> tuple[list[Channel], Remarks]:
    remarks = Remarks()
    raw = {"_channels": list(entries), "cach_thuc_thuc_hien": published and HEAD + published}
    return read_channels(typed(raw, remarks), remarks), remarks


@pytest.mark.parametrize(
    ("unit", "meant"),
    [
        ("Ngày làm việc", "working-day"),
        ("Ngày", "day"),
        ("Giờ", "working-hour"),
        ("giờ làm việc", "working-hour"),
        ("Tháng", "month"),
        (" NGÀY  làm việc\u200e", "working-day"),
    ],
)
def test_known_units(unit: str, meant: str) -> None:
    [channel], remarks = read(entry(unit=unit))
    assert (channel.time_limit, channel.time_unit) == (5, meant)
    assert list(remarks) == []


def test_an_unknown_unit_is_kept_and_flagged() -> None:
    [channel], remarks = read(entry(unit="Phiên họp", time=2))
    assert (channel.time_limit, channel.time_unit, channel.unit_text) == (2, None, "Phiên họp")
    assert remarks.codes == ["unit-unknown"]


def test_a_time_without_a_unit_is_kept_and_flagged() -> None:
    [channel], remarks = read(entry(unit=None, time=7.0))
    assert (channel.time_limit, channel.time_unit) == (7, None)
    assert remarks.codes == ["unit-missing"]


@pytest.mark.parametrize(("time", "read_as"), [("3", 3), ("1,5", 1.5), (1.5, 1.5), (None, None)])
def test_times_come_as_numbers_or_text(time: Any, read_as: Any) -> None:
    [channel], remarks = read(entry(time=time))
    assert channel.time_limit == read_as
    assert list(remarks) == []


def test_a_time_that_is_no_number_is_flagged() -> None:
    [channel], remarks = read(entry(time="ba mươi"))
    assert channel.time_limit is None
    assert remarks.codes == ["time-unread"]


def test_a_row_without_channels_says_so() -> None:
    channels, remarks = read()
    assert channels == []
    assert remarks.codes == ["no-channel"]


def test_an_unknown_channel_is_left_out_and_said() -> None:
    channels, remarks = read(entry(channel="fax"), entry(channel="Trực tiếp"))
    assert [channel.channel for channel in channels] == ["in_person"]
    assert remarks.codes == ["channel-unknown"]


@pytest.mark.parametrize(
    ("changed", "state", "code"),
    [
        ({"fee": 0}, "free", None),
        ({"fee": 50_000}, "stated", None),
        ({"fee": 50_000, "note": "(50.000 đồng/giấy)"}, "stated", None),
        ({"fee": None}, "unknown", None),
        ({"fee": 0, "note": "(Lệ phí: 135.000 đồng/lần.)"}, "doubtful", "free-but-remark-names-amount"),
        ({"fee": 0, "note": "(8.000.000/lần)"}, "doubtful", "free-but-remark-names-amount"),
        ({"fee": 0, "note": "(a) Cấp mới: 5.000.000 đồng)"}, "doubtful", "free-but-remark-names-amount"),
        ({"fee": 135, "note": "(135.000 đồng/lần)"}, "doubtful", "fee-too-small"),
        ({"fee": -1, "note": ""}, "doubtful", "fee-negative"),
        ({"fee": 4_000_000, "note": "(nay là 2.000.000 đồng)"}, "doubtful", "fee-and-remark-differ"),
        (
            {"fee": 0, "note": "(Mức lệ phí do Hội đồng nhân dân tỉnh quyết định)"},
            "doubtful",
            "fee-set-by-province",
        ),
        ({"fee": 10, "currency": "USD", "note": "(10 USD/người)"}, "foreign", "fee-foreign-currency"),
    ],
)
def test_how_far_a_fee_can_be_believed(changed: dict[str, Any], state: str, code: str | None) -> None:
    [channel], remarks = read(entry(**changed))
    assert channel.fee.state == state
    assert remarks.codes == ([code] if code else [])


def test_a_fee_in_doubt_is_charged_to_nobody_and_keeps_its_remark() -> None:
    channels, remarks = read(entry(fee=0, note="(Lệ phí: 135.000 đồng/lần.)Nộp qua cổng"))
    assert fees.chargeable(channels, remarks) == []
    assert channels[0].fee.remark == "Lệ phí: 135.000 đồng/lần."
    assert channels[0].description == "Nộp qua cổng"


def test_one_fee_for_all_channels_that_agree() -> None:
    channels, remarks = read(entry(fee=8_000), entry(channel="postal", fee=8_000))
    [fee] = fees.chargeable(channels, remarks)
    assert (fee["amount"], fee["channel"], fee["kind"], fee["per"]) == (8_000, "any", "fee", None)


def test_channels_may_cost_differently() -> None:
    channels, remarks = read(
        entry(fee=10_000), entry(channel="in_person", fee=20_000), entry(channel="postal")
    )
    charged = {(fee["channel"], fee["amount"]) for fee in fees.chargeable(channels, remarks)}
    assert charged == {("online", 10_000), ("in_person", 20_000)}


def test_several_fees_in_one_channel_depend_on_the_case() -> None:
    channels, remarks = read(entry(fee=100_000), entry(fee=950_000))
    assert fees.chargeable(channels, remarks) == []
    assert remarks.codes == ["fee-depends-on-case"]


@pytest.mark.parametrize(
    ("note", "kind"), [("(Phí thẩm định)", "charge"), ("(Lệ phí cấp)", "fee"), (None, "fee")]
)
def test_a_charge_is_told_from_a_fee(note: str | None, kind: str) -> None:
    channels, remarks = read(entry(fee=50_000, note=note))
    assert fees.chargeable(channels, remarks)[0]["kind"] == kind


def test_a_note_cut_short_is_read_from_the_published_text() -> None:
    full = "(Lệ phí theo quy định của Bộ Tài chính, áp dụng cho mọi trường hợp, mức 150.000 đồng)"
    [channel], remarks = read(entry(note=full[:40]), published=f"Trực tuyến5 Ngày làm việcMiễn phí{full}")
    assert channel.fee.remark == full[1:-1]
    assert remarks.codes == ["free-but-remark-names-amount"]


@pytest.mark.parametrize(
    ("digits", "remark", "reading"),
    [
        ("1200", "", (120, 0)),
        ("120", "", (12, 0)),
        ("1250", "", (125, 0)),
        ("140,000", "", (1, 40_000)),
        ("123", "23.000 đồng/01 giấy", (1, 23)),
        ("123", "", None),
        ("15000", "", None),
    ],
)
def test_time_and_fee_glued_together(digits: str, remark: str, reading: tuple[int, int] | None) -> None:
    assert amounts.split_time_and_fee(digits, remark) == reading


def test_a_glued_pair_that_cannot_be_parted_is_left_open() -> None:
    [channel], remarks = read(entry(time=12.0, unit=None, fee=3), published="Trực tuyến123 VNĐ")
    assert (channel.time_limit, channel.fee.state) == (None, "unknown")
    assert remarks.codes == ["unit-missing", "time-and-fee-glued"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("135.000 đồng/lần", [135_000]),
        ("150,000 Việt Nam Đồng", [150_000]),
        ("5000đ một bản", [5_000]),
        ("5 triệu đồng", [5_000_000]),
        ("từ ngày 01/7/2025 theo Thông tư số 64/2025/TT-BTC", []),
        ("10.000 GT, 1.500 m2", []),
        ("0 đồng", []),
        ("50 USD", []),
        ("8.000.000/lần; thêm 2.000.000/loại", [8_000_000, 2_000_000]),
    ],
)
def test_amounts_in_text(text: str, named: list[int]) -> None:
    assert amounts.amounts_in(text) == named


@given(st.integers(1, 999_999_999))
def test_an_amount_written_any_way_is_read(amount: int) -> None:
    assert amounts.amounts_in(f"{amount} đồng") == [amount]
    assert amounts.amounts_in(f"mức {amount:,} đồng".replace(",", ".")) == [amount]


@given(st.integers(1, 400), st.integers(0, 2_000).map(lambda thousands: thousands * 1_000))
def test_a_reading_of_glued_digits_is_never_invented(time: int, fee: int) -> None:
    reading = amounts.split_time_and_fee(f"{time}{fee}", "")
    assert reading is None or f"{reading[0]}{reading[1]}" == f"{time}{fee}"
