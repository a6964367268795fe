from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.postal.retries import FIRST, LONGEST, delay


def test_the_first_second_and_third_silence() -> None:
    assert [delay(n) for n in (1, 2, 3)] == [timedelta(seconds=s) for s in (1, 2, 4)]


@given(st.integers(0, 10**9))
def test_it_grows_within_bounds_and_never_gives_up(attempts: int) -> None:
    assert FIRST <= delay(attempts) <= delay(attempts + 1) <= LONGEST


def test_a_day_of_silence_is_asked_about_every_five_minutes() -> None:
    assert delay(500) == LONGEST
