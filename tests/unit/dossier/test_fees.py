"""Fees by day, channel and quantity."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dossier.fees import MAX_QUANTITY, Tariff

ONLINE, DESK = "online", "in_person"


def total(tariff: Tariff) -> int:
    return sum(charge.amount for charge in tariff.charges({}))


def fee(code: str, amount: int, **more: Any) -> dict[str, Any]:
    return {"code": code, "name": "Lệ phí", "kind": "fee", "amount": amount, "channel": "any", **more}


LICENCE = [
    fee("GPLX", 135_000, valid_from="2023-08-01", valid_to=None),
    fee("GPLX", 115_000, channel=ONLINE, valid_from="2023-12-01", valid_to="2025-12-31"),
]
EXTRACT = [fee("BS", 8_000, per="copies", kind="charge", collect="before-reception")]


@pytest.mark.parametrize(
    ("day", "channel", "amount"),
    [
        ("2023-07-31", ONLINE, 0),
        ("2023-08-01", ONLINE, 135_000),
        ("2023-11-30", ONLINE, 135_000),
        ("2023-12-01", ONLINE, 115_000),
        ("2023-12-01", DESK, 135_000),
        ("2025-12-31", ONLINE, 115_000),
        ("2026-01-01", ONLINE, 135_000),
    ],
)
def test_the_driving_licence_fee_by_day_and_channel(day: str, channel: str, amount: int) -> None:
    assert total(Tariff(LICENCE, date.fromisoformat(day), channel)) == amount


def test_two_copies_cost_twice_as_much() -> None:
    (charge,) = Tariff(EXTRACT, date(2026, 11, 22), ONLINE).charges({"copies": 2})
    assert (charge.unit_amount, charge.quantity, charge.amount) == (8_000, 2, 16_000)
    assert charge.kind == "charge"


@pytest.mark.parametrize("answer", [None, 0, -1, 1.5, "2", True, MAX_QUANTITY + 1, [2]])
def test_a_quantity_that_is_none_is_pointed_at(answer: Any) -> None:
    (fault,) = Tariff(EXTRACT, date(2026, 11, 22), ONLINE).check_answers({"copies": answer})
    assert fault.pointer == "/answers/copies"


def test_an_answer_is_asked_once_for_several_fees() -> None:
    tariff = Tariff([*EXTRACT, fee("XX", 1, per="copies")], date(2026, 11, 22), ONLINE)
    assert len(tariff.check_answers({})) == 1
    assert tariff.check_answers({"copies": 1}) == []


def test_a_channel_made_free_owes_nothing() -> None:
    rows = [fee("LP", 20_000), fee("LP", 0, channel=ONLINE)]
    assert Tariff(rows, date(2026, 11, 22), ONLINE).charges({}) == []
    assert total(Tariff(rows, date(2026, 11, 22), DESK)) == 20_000


days = st.dates(date(2019, 1, 1), date(2027, 12, 31))
windows = st.tuples(st.none() | days, st.none() | days)
rows = st.lists(
    st.builds(
        lambda code, amount, channel, window: fee(
            code, amount, channel=channel, valid_from=window[0], valid_to=window[1]
        ),
        st.sampled_from(["A", "B"]),
        st.integers(0, 500_000),
        st.sampled_from(["any", ONLINE, DESK]),
        windows,
    ),
    max_size=8,
)


@given(rows, days, st.sampled_from([ONLINE, DESK]))
def test_at_most_one_charge_per_fee_and_only_one_in_force(
    fees: list[dict[str, Any]], day: date, channel: str
) -> None:
    owed = Tariff(fees, day, channel).charges({})
    assert len({charge.code for charge in owed}) == len(owed)
    for charge in owed:
        candidates = [
            row
            for row in fees
            if row["code"] == charge.code
            and row["channel"] in ("any", channel)
            and (row["valid_from"] or date.min) <= day <= (row["valid_to"] or date.max)
        ]
        own = [row for row in candidates if row["channel"] == channel]
        best = own or candidates
        newest = max(row["valid_from"] or date.min for row in best)
        assert charge.amount in {row["amount"] for row in best if (row["valid_from"] or date.min) == newest}
