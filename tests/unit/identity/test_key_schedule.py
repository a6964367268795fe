from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.identity import key_schedule, token_lifetimes
from services.identity.key_schedule import OUTLIVES, PUBLISHED_AHEAD, SIGNS_FOR

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_the_first_key_signs_at_once():
    first = key_schedule.next_key([], NOW)
    assert first is not None
    assert key_schedule.signing([first], NOW) is first
    assert key_schedule.next_key([first], NOW) is None


def test_a_successor_is_published_a_day_before_it_signs():
    first = key_schedule.next_key([], NOW)
    due = NOW + SIGNS_FOR
    assert key_schedule.next_key([first], due - timedelta(seconds=1)) is None
    second = key_schedule.next_key([first], due)
    assert second.not_before == due + PUBLISHED_AHEAD
    assert key_schedule.signing([first, second], second.not_before - timedelta(seconds=1)) is first
    assert key_schedule.signing([first, second], second.not_before) is second


def test_keys_outlive_every_token_they_signed():
    assert token_lifetimes.ACCESS < OUTLIVES


@given(st.lists(st.timedeltas(timedelta(minutes=1), timedelta(days=200)), min_size=1, max_size=30))
def test_however_rarely_the_job_runs_a_key_can_sign_right_after_it(gaps):
    now, keys = NOW, []
    for gap in gaps:
        made = key_schedule.next_key(keys, now)
        keys += [made] if made else []
        assert key_schedule.signing(keys, now) is not None
        assert key_schedule.next_key(keys, now) is None
        now += gap


@given(st.lists(st.timedeltas(timedelta(minutes=1), PUBLISHED_AHEAD), min_size=1, max_size=300))
def test_a_job_that_runs_daily_never_leaves_a_gap_nor_surprises_a_service(gaps):
    now, keys, published = NOW, [], {}
    for gap in gaps:
        made = key_schedule.next_key(keys, now)
        if made:
            keys.append(made)
            published[made] = now
        for moment in (now, now + gap - timedelta(microseconds=1)):
            signer = key_schedule.signing(keys, moment)
            assert signer is not None
            assert signer is keys[0] or moment >= published[signer]
        now += gap
