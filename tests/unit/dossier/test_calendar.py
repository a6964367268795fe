"""The working calendar of Việt Nam, day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dossier.calendar import FIRST, LAST, vietnam
from services.dossier.errors import CalendarNotKnown

days = st.dates(FIRST, LAST - timedelta(days=60))


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2019-04-29", False),  # off against Saturday 2019-05-04
        ("2019-05-04", True),
        ("2024-04-29", False),
        ("2024-05-04", True),
        ("2025-05-02", False),
        ("2025-04-26", True),
        ("2026-01-01", False),
        ("2026-01-02", False),  # off against Saturday 2026-01-10
        ("2026-01-10", True),
        ("2026-02-13", True),
        ("2026-02-16", False),  # Tết
        ("2026-02-20", False),
        ("2026-04-27", False),  # the Hùng Kings' day falls on a Sunday
        ("2026-08-22", True),
        ("2026-08-31", False),
        ("2026-09-02", False),
        ("2026-11-24", False),  # Culture Day, from 2026
        ("2025-11-24", True),
        ("2026-11-21", False),  # an ordinary Saturday
        ("2026-11-23", True),
    ],
)
def test_known_days(day: str, working: bool) -> None:
    assert vietnam().is_working(date.fromisoformat(day)) is working


@given(days, st.integers(1, 30))
def test_after_counts_working_days_one_by_one(day: date, count: int) -> None:
    calendar, at, left = vietnam(), day, count
    while left:
        at += timedelta(days=1)
        left -= calendar.is_working(at)
    assert calendar.after(day, count) == at


@given(days)
def test_on_or_after_is_the_first_working_day(day: date) -> None:
    found = vietnam().on_or_after(day)
    assert vietnam().is_working(found)
    skipped = [day + timedelta(days=n) for n in range((found - day).days)]
    assert not any(vietnam().is_working(other) for other in skipped)


@pytest.mark.parametrize("day", [FIRST - timedelta(days=1), LAST + timedelta(days=1)])
def test_years_outside_the_calendar_are_not_guessed(day: date) -> None:
    for ask in (vietnam().is_working, vietnam().on_or_after, vietnam().after):
        with pytest.raises(CalendarNotKnown):
            ask(day)


def test_counting_past_the_last_known_day_is_refused() -> None:
    with pytest.raises(CalendarNotKnown) as refused:
        vietnam().after(date(2027, 12, 20), 30)
    assert refused.value.as_problem("en")["extra"]["last"] == "2027-12-31"
