from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.identity import lockout, token_lifetimes
from services.identity.lockout import LIMIT, PAUSE, WINDOW, Tries

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def after(times: int, gap: timedelta = timedelta(seconds=1)) -> Tries:
    tries = None
    for i in range(times):
        tries = lockout.one_more(tries, NOW + i * gap)
    assert tries is not None
    return tries


def test_ten_tries_pause_an_identifier_for_a_quarter_of_an_hour():
    assert lockout.paused_until(None, NOW) is None
    assert lockout.paused_until(after(LIMIT - 1), NOW) is None
    tenth = after(LIMIT)
    until = lockout.paused_until(tenth, tenth.last_at)
    assert until == tenth.last_at + PAUSE
    assert lockout.paused_until(tenth, until - timedelta(microseconds=1)) == until
    assert lockout.paused_until(tenth, until) is None


def test_after_the_pause_there_are_ten_tries_again():
    tenth = after(LIMIT)
    assert lockout.one_more(tenth, tenth.last_at + PAUSE).count == 1


def test_tries_far_apart_do_not_add_up():
    assert after(3 * LIMIT, WINDOW).count == 1


@given(st.lists(st.timedeltas(timedelta(0), WINDOW), max_size=60))
def test_no_schedule_gets_more_than_ten_tries_into_a_window(gaps):
    now, tries, tried = NOW, None, []
    for gap in gaps:
        now += gap
        if lockout.paused_until(tries, now) is None:
            tries = lockout.one_more(tries, now)
            tried.append(now)
    for start in tried:
        assert sum(start <= moment < start + PAUSE for moment in tried) <= LIMIT


def test_a_session_ends_after_twelve_hours_however_often_it_is_used():
    ends = token_lifetimes.session_ends(NOW)
    assert ends == NOW + timedelta(hours=12)
    assert token_lifetimes.refresh_ends(NOW, ends) == NOW + timedelta(minutes=25)
    assert token_lifetimes.refresh_ends(ends - timedelta(minutes=1), ends) == ends
