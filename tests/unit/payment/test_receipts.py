from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payment.receipts import LAST_SERIAL, Line, Number, ReceiptSeriesExhausted, series_year, split

agencies = st.from_regex(r"[A-Z0-9][A-Z0-9.]{0,34}", fullmatch=True)
lines = st.builds(
    Line,
    obligation=st.uuids().map(str),
    agency=st.sampled_from(["H26", "H29"]),
    kind=st.sampled_from(["fee", "charge"]),
    code=st.just("c"),
    name=st.just("n"),
    name_en=st.just("n"),
    quantity=st.just(1),
    unit_amount=st.just(1),
    amount=st.integers(1, 10**9),
)


@given(st.lists(st.tuples(agencies, st.integers(1000, 9999), st.integers(1, LAST_SERIAL)), unique=True))
def test_different_receipts_print_different_numbers(parts):
    assert len({str(Number(*part)) for part in parts}) == len(parts)


def test_nine_digits_do_not_exist():
    with pytest.raises(ReceiptSeriesExhausted):
        Number("H26", 2026, LAST_SERIAL + 1)


def test_the_year_changes_at_midnight_in_viet_nam():
    assert series_year(datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)) == 2026
    assert series_year(datetime(2026, 12, 31, 17, 0, 0, tzinfo=UTC)) == 2027


@given(st.lists(lines, max_size=12))
def test_a_receipt_holds_one_kind_of_one_agency_and_no_line_is_lost(given_lines):
    receipts = split(given_lines)

    assert all(len({(line.agency, line.kind) for line in receipt}) == 1 for receipt in receipts)
    assert len(receipts) == len({(line.agency, line.kind) for line in given_lines})
    assert sorted(str(line) for receipt in receipts for line in receipt) == sorted(map(str, given_lines))
