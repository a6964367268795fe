from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.identity import messages, one_time_codes
from services.identity.one_time_codes import GOOD_FOR, MAX_SENT, MAX_TRIES, WINDOW, Code

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SECONDS = st.integers(min_value=0, max_value=2 * 3600)


@given(st.integers(min_value=6, max_value=8))
def test_a_code_has_its_digits_zeros_in_front_too(digits):
    code = one_time_codes.new(digits)
    assert len(code) == digits and code.isascii() and code.isdigit()


def test_codes_differ():
    assert len({one_time_codes.new() for _ in range(50)}) > 45


@given(st.text(alphabet="0123456789", min_size=6, max_size=6), st.integers(0, 6))
def test_spaces_and_hyphens_do_not_matter(code, at):
    for mark in (" ", "-", "\u00a0"):
        assert one_time_codes.typed(f" {code[:at]}{mark}{code[at:]} ") == code


@given(st.integers(0, 10), SECONDS, st.booleans())
def test_a_code_may_be_tried_five_times_within_ten_minutes_until_it_was_used(tries, age, used):
    code = Code(NOW - timedelta(seconds=age), tries, NOW if used else None)
    expected = tries < 5 and age < 600 and not used
    assert one_time_codes.may_be_tried(code, NOW) is expected
    assert (5, timedelta(minutes=10)) == (MAX_TRIES, GOOD_FOR)


@given(st.lists(SECONDS, max_size=12))
def test_no_hour_sees_more_than_five_codes(ages):
    made = [NOW - timedelta(seconds=age) for age in ages]
    later = one_time_codes.next_allowed(made, NOW)
    recent = [moment for moment in made if NOW - moment < WINDOW]
    if later is None:
        assert len(recent) < MAX_SENT
    else:
        assert len(recent) >= MAX_SENT and later > NOW
        assert one_time_codes.next_allowed(made, later) is None
        assert one_time_codes.next_allowed(made, later - timedelta(microseconds=1)) is not None


@given(st.integers(1, 50))
def test_tries_of_a_message_grow_apart(tries):
    waits = [messages.next_try(n, NOW) - NOW for n in (tries, tries + 1)]
    assert timedelta(seconds=5) <= waits[0] <= waits[1] <= timedelta(minutes=2)
    assert sum((messages.next_try(n, NOW) - NOW for n in range(1, 6)), timedelta()) < messages.GOOD_FOR
