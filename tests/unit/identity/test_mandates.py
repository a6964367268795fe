"""From when to when somebody may act for somebody."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.identity import birth_dates, mandates
from services.identity.birth_dates import BirthDate
from services.identity.mandates import Term

DAYS = st.dates(date(2019, 1, 1), date(2040, 12, 31))
BIRTHS = st.dates(date(1990, 1, 1), date(2026, 12, 31))


@given(DAYS, st.none() | DAYS, DAYS, st.booleans(), st.booleans())
def test_in_force_is_between_its_days_accepted_and_not_revoked(start, end, today, accepted, revoked):
    term = Term(start, end, accepted, revoked)
    inside = start <= today and (end is None or today <= end)
    assert term.in_force(today) == (inside and accepted and not revoked)
    assert term.in_force(today) == (term.state(today) == "in-force")


@given(DAYS, DAYS, st.booleans(), st.booleans())
def test_what_is_over_stays_over(start, today, accepted, revoked):
    term = Term(start, start + timedelta(days=30), accepted, revoked)
    if term.state(today) in ("over", "revoked", "refused"):
        assert term.state(today + timedelta(days=1)) == term.state(today)


@given(BIRTHS)
def test_a_child_acts_alone_from_the_eighteenth_birthday_on(born):
    assume((born.month, born.day) != (2, 29))
    last = mandates.last_day_as_minor(BirthDate(born.year, born.month, born.day))
    assert last + timedelta(days=1) == born.replace(year=born.year + 18)


@given(BIRTHS)
def test_a_partial_birth_date_is_never_of_age_too_early(born):
    """Whatever day the date means, who acts for the child may do so until that one."""
    full = mandates.last_day_as_minor(BirthDate(born.year, born.month, born.day))
    month = mandates.last_day_as_minor(BirthDate(born.year, born.month))
    year = mandates.last_day_as_minor(BirthDate(born.year))
    assert full <= month <= year
    assert (year + timedelta(days=1)).year <= born.year + 18 + 1


@pytest.mark.parametrize(
    ("born", "last"),
    [
        ("2008-11-23", date(2026, 11, 22)),
        ("2008-02-29", date(2026, 2, 28)),
        ("2008-02", date(2026, 2, 28)),
        ("2008-12", date(2026, 12, 30)),
        ("2008", date(2026, 12, 30)),
    ],
)
def test_the_last_day_as_a_minor(born, last):
    assert mandates.last_day_as_minor(birth_dates.parse(born)) == last


@given(BIRTHS, st.none() | DAYS)
def test_a_decision_can_only_shorten_a_guardianship(born, decision):
    birth = BirthDate(born.year, born.month)
    ends = mandates.guardianship_ends(birth, decision)
    assert ends <= mandates.last_day_as_minor(birth)
    assert ends == decision or ends == mandates.last_day_as_minor(birth)


def test_a_day_ends_at_midnight_in_viet_nam():
    assert mandates.end_of(date(2026, 11, 23)).isoformat() == "2026-11-24T00:00:00+07:00"


@given(DAYS, st.integers(0, 3 * 365))
def test_three_years_are_the_most(start, days):
    assert not mandates.too_long(start, start + timedelta(days=days))
    assert mandates.too_long(start, start + timedelta(days=3 * 365 + 1))
