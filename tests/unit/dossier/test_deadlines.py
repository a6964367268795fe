"""The legal clock: the worked examples by name, and properties against a slow oracle."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.clock import VIETNAM
from services.dossier.calendar import vietnam
from services.dossier.deadlines import LegalClock, TimeLimit, Unit, punctuality

clock = LegalClock(vietnam())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def due(received: str, amount: float, unit: Unit) -> str:
    answer = clock.due(at(received), TimeLimit(amount, unit))
    assert answer is not None
    return answer.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M")


def due_day(received: str, amount: float, unit: Unit = Unit.WORKING_DAY) -> str:
    return due(received, amount, unit)[:10]


class TestWorkedExamples:
    def test_five_working_days_of_the_real_slip(self) -> None:
        assert due_day("2023-10-27 09:32", 5) == "2023-11-03"

    def test_new_year_2026_with_the_friday_off(self) -> None:
        assert due_day("2025-12-31 10:00", 2) == "2026-01-06"

    def test_the_worked_saturday_of_january_2026_counts(self) -> None:
        assert due_day("2026-01-09 10:00", 1) == "2026-01-10"

    def test_the_worked_saturday_of_august_2026_counts(self) -> None:
        assert due_day("2026-08-20 10:00", 3) == "2026-08-24"

    def test_tet_2026(self) -> None:
        assert due_day("2026-02-13 10:00", 1) == "2026-02-23"

    def test_hung_kings_day_on_a_sunday_is_observed_on_monday(self) -> None:
        assert due_day("2026-04-20 09:00", 5) == "2026-04-28"


class TestSameDay:
    def test_in_the_morning(self) -> None:
        assert due("2026-11-23 09:00", 0, Unit.SAME_DAY) == "2026-11-23 17:00"

    def test_at_three_o_clock_is_still_the_same_day(self) -> None:
        assert due_day("2026-11-23 15:00", 0, Unit.SAME_DAY) == "2026-11-23"

    def test_after_three_o_clock_is_the_next_working_day(self) -> None:
        # Tuesday 24 November 2026 is Culture Day.
        assert due_day("2026-11-23 15:01", 0, Unit.SAME_DAY) == "2026-11-25"

    def test_received_on_a_sunday(self) -> None:
        assert due_day("2026-11-22 16:00", 0, Unit.SAME_DAY) == "2026-11-23"


class TestWorkingHours:
    @pytest.mark.parametrize(
        ("received", "hours", "expected"),
        [
            ("2026-11-26 08:00", 2, "2026-11-26 10:00"),
            ("2026-11-26 10:00", 2, "2026-11-26 14:00"),  # over the lunch break
            ("2026-11-26 12:00", 1, "2026-11-26 14:30"),  # in the lunch break
            ("2026-11-26 16:00", 2, "2026-11-27 08:00"),  # over night
            ("2026-11-27 16:30", 1, "2026-11-30 07:30"),  # over the week-end
            ("2026-11-26 05:00", 8, "2026-11-26 17:00"),
            ("2026-11-26 17:30", 4, "2026-11-27 11:00"),
            ("2026-11-26 07:00", 4.5, "2026-11-26 11:30"),
        ],
    )
    def test_hours_carry_over(self, received: str, hours: float, expected: str) -> None:
        assert due(received, hours, Unit.WORKING_HOUR) == expected


class TestOtherUnits:
    def test_a_working_day_received_after_closing_starts_the_next_day(self) -> None:
        assert due_day("2026-11-26 17:01", 1) == "2026-11-30"
        assert due_day("2026-11-26 17:00", 1) == "2026-11-27"

    def test_half_a_working_day_is_four_hours(self) -> None:
        assert due("2026-11-26 08:00", 0.5, Unit.WORKING_DAY) == "2026-11-26 14:00"

    def test_calendar_days_end_as_they_fall(self) -> None:
        assert due_day("2026-11-26 08:00", 6, Unit.DAY) == "2026-12-02"

    def test_calendar_days_that_end_on_a_day_off_move_on(self) -> None:
        assert due_day("2026-11-26 08:00", 3, Unit.DAY) == "2026-11-30"

    def test_a_month_ends_on_the_same_day_or_the_last_one(self) -> None:
        assert due_day("2026-10-30 08:00", 1, Unit.MONTH) == "2026-11-30"
        assert due_day("2025-10-31 08:00", 1, Unit.MONTH) == "2025-12-01"  # 30 November 2025 is a Sunday
        assert due_day("2026-12-08 08:00", 1, Unit.MONTH) == "2027-01-08"

    def test_a_month_and_a_half(self) -> None:
        assert due_day("2026-05-04 08:00", 1.5, Unit.MONTH) == "2026-06-19"

    def test_no_limit_no_due_date(self) -> None:
        assert clock.due(at("2026-11-26 08:00"), None) is None


class TestPauses:
    def test_the_working_time_left_is_given_again(self) -> None:
        # Paused on Monday at 10:00 with the rest of Monday, Tuesday and Wednesday left.
        moved = clock.resumed(at("2026-12-02 17:00"), at("2026-11-30 10:00"), at("2026-12-04 14:00"))
        assert moved == at("2026-12-09 09:00")

    def test_a_pause_when_already_late_changes_nothing(self) -> None:
        late = at("2026-11-27 17:00")
        assert clock.resumed(late, at("2026-11-30 10:00"), at("2026-12-04 14:00")) == late


class TestPunctuality:
    def test_dates_are_compared_not_hours(self) -> None:
        assert punctuality(at("2026-11-26 09:00"), at("2026-11-26 16:59")) == "on-time"
        assert punctuality(at("2026-11-26 09:00"), at("2026-11-25 23:59")) == "early"
        assert punctuality(at("2026-11-26 09:00"), at("2026-11-27 00:01")) == "late"

    def test_without_a_due_date_there_is_none(self) -> None:
        assert punctuality(None, at("2026-11-26 09:00")) == "none"

    def test_the_day_is_vietnamese(self) -> None:
        done = datetime.fromisoformat("2026-11-26T18:00:00+00:00")  # 01:00 on the 27th in Việt Nam
        assert punctuality(at("2026-11-26 17:00"), done) == "late"


# The oracle walks minute by minute and knows nothing but the calendar.

moments = st.builds(
    lambda day, hour, minute: datetime.combine(day, time(hour, minute), VIETNAM),
    st.dates(date(2019, 1, 1), date(2027, 6, 1)),
    st.integers(0, 23),
    st.integers(0, 59),
)
minutes = st.integers(0, 3 * 480)


def is_office_minute(moment: datetime) -> bool:
    """Whether the minute that begins here is worked."""
    morning = time(7) <= moment.time() < time(11, 30)
    afternoon = time(13, 30) <= moment.time() < time(17)
    return vietnam().is_working(moment.date()) and (morning or afternoon)


def oracle_minutes(since: datetime, until: datetime) -> int:
    span = int((until - since).total_seconds()) // 60
    return sum(is_office_minute(since + timedelta(minutes=n)) for n in range(span))


@given(moments, minutes)
def test_adding_working_time_passes_exactly_that_much(moment: datetime, amount: int) -> None:
    end = clock.add(moment, timedelta(minutes=amount))
    assert oracle_minutes(moment, end) == amount
    assert amount == 0 or is_office_minute(end - timedelta(minutes=1))


@given(moments, st.timedeltas(timedelta(), timedelta(days=6)))
def test_working_time_between_two_moments(since: datetime, span: timedelta) -> None:
    until = since + timedelta(minutes=span // timedelta(minutes=1))
    assert clock.between(since, until) == timedelta(minutes=oracle_minutes(since, until))


@given(moments)
def test_the_start_is_the_moment_or_the_next_opening(moment: datetime) -> None:
    start = clock.start(moment)
    assert start >= moment
    assert oracle_minutes(moment, start) == 0
    closing = start.time() in (time(11, 30), time(17))
    assert is_office_minute(start - timedelta(minutes=1) if closing else start)


@given(moments, st.integers(1, 40))
def test_working_days_are_counted_after_the_day_of_reception(moment: datetime, amount: int) -> None:
    answer = clock.due(moment, TimeLimit(amount, Unit.WORKING_DAY))
    assert answer is not None
    day, counted = clock.start(moment).date(), 0
    while counted < amount:
        day += timedelta(days=1)
        counted += vietnam().is_working(day)
    assert answer == datetime.combine(day, time(17), VIETNAM)


units = st.sampled_from(list(Unit))
limits = st.builds(TimeLimit, st.integers(1, 60).map(float), units).filter(
    lambda limit: limit.unit is not Unit.MONTH or limit.amount <= 4
)


@given(moments, limits)
def test_a_due_date_is_a_working_day_and_never_before_reception(moment: datetime, limit: TimeLimit) -> None:
    answer = clock.due(moment, limit)
    assert answer is not None
    assert answer > moment
    assert vietnam().is_working(answer.date())


@given(moments, moments, limits)
def test_later_reception_is_never_due_earlier(one: datetime, other: datetime, limit: TimeLimit) -> None:
    first, second = sorted((one, other))
    assert (clock.due(first, limit) or first) <= (clock.due(second, limit) or second)


@given(moments, limits)
def test_a_pause_of_no_length_changes_nothing(moment: datetime, limit: TimeLimit) -> None:
    answer = clock.due(moment, limit)
    assert answer is not None
    assert clock.resumed(answer, moment, moment) == answer


@given(moments, limits, st.integers(0, 20_000), st.integers(0, 20_000))
def test_a_pause_keeps_the_working_time_that_was_left(
    moment: datetime, limit: TimeLimit, before: int, length: int
) -> None:
    answer = clock.due(moment, limit)
    assert answer is not None
    paused = moment + timedelta(minutes=before)
    resumed = paused + timedelta(minutes=length)
    moved = clock.resumed(answer, paused, resumed)
    assert moved >= answer
    if paused < answer:
        assert clock.between(resumed, moved) == clock.between(paused, answer)


def test_today_is_a_date_in_vietnam() -> None:
    assert clock.start(datetime.fromisoformat("2026-11-22T18:00:00+00:00")).date() == date(2026, 11, 23)
