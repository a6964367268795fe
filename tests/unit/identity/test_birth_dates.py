from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity import birth_dates
from services.identity.birth_dates import BirthDate


@pytest.mark.parametrize(
    ("text", "birth"),
    [
        ("1950", BirthDate(1950)),
        ("1950-02", BirthDate(1950, 2)),
        ("1990-05-17", BirthDate(1990, 5, 17)),
        ("2000-02-29", BirthDate(2000, 2, 29)),
    ],
)
def test_reads_whole_and_partial_dates(text, birth):
    assert birth_dates.parse(text) == birth


@pytest.mark.parametrize(
    "text",
    [
        "",
        "90",
        "1899",
        "1990-13",
        "1990-00",
        "1990-5",
        "1990-02-30",
        "17/05/1990",
        "1990-05-17T00:00",
        "1990\n",
        "１９９０",
    ],
)
def test_refuses_what_is_no_date(text):
    assert not birth_dates.is_birth_date(text)


@given(st.dates(date(1900, 1, 1)), st.sampled_from([4, 7, 10]))
def test_writes_what_it_read(day, length):
    text = day.isoformat()[:length]
    assert str(birth_dates.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "past"),
    [
        ("2026", True),
        ("2026-11", True),
        ("2026-11-22", True),
        ("2026-11-23", False),
        ("2026-12", False),
        ("2027", False),
    ],
)
def test_a_partial_date_is_past_as_soon_as_it_can_be(text, past):
    assert birth_dates.is_past(birth_dates.parse(text), date(2026, 11, 22)) is past
