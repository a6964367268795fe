from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chassis.clock import FixedClock, SystemClock
from chassis.ids import new_id
from chassis.texts import Text


def test_the_day_is_that_of_viet_nam():
    clock = FixedClock(datetime(2026, 11, 22, 17, 30, tzinfo=UTC))
    assert clock.today() == date(2026, 11, 23)
    clock.move(timedelta(hours=-1))
    assert clock.today() == date(2026, 11, 22)


def test_system_clock_is_aware():
    assert SystemClock().now().tzinfo is UTC


def test_ids_sort_by_time():
    ids = [new_id() for _ in range(100)]
    assert ids == sorted(ids)


def test_text_in_both_languages():
    text = Text("Có {count} việc: {names}", "There are {count}: {names}")
    assert text.render("vi", {"count": 2, "names": ["a", "b"]}) == "Có 2 việc: a, b"
    assert text.render("en", {"count": 2, "names": {"x"}}) == "There are 2: x"
    assert text.render("en") == "There are {count}: {names}"


@given(st.text(), st.text())
def test_values_are_words_whatever_they_look_like(one, two):
    assert Text("{a}|{b}", "{a}|{b}").render("en", {"a": one, "b": two}) == f"{one}|{two}"
