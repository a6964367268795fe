from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payment import attempts, obligations
from services.payment.attempts import Step
from services.payment.vnpay import Verdict

EXPIRES = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
moments = st.timedeltas(timedelta(days=-1), timedelta(days=30)).map(EXPIRES.__add__)


def test_paid_and_cancelled_obligations_never_move_again():
    closed = [state for state in obligations.State if not obligations.is_open(state)]

    assert closed == [obligations.State.SETTLED, obligations.State.CANCELLED]
    assert not any(obligations.may_become(state, wanted) for state in closed for wanted in obligations.State)


def test_a_failed_attempt_makes_it_due_again():
    assert obligations.may_become("pending", obligations.State.DUE)


@pytest.mark.parametrize("names", [obligations.NAMES, attempts.NAMES])
def test_every_state_has_a_name_in_both_languages(names):
    assert set(names) == set(type(next(iter(names))))
    assert all(text.vi and text.en for text in names.values())


@given(st.sampled_from(["pending", "failed", "expired"]), moments)
def test_money_taken_counts_however_late(state, now):
    assert attempts.step(state, Verdict.TAKEN, EXPIRES, now) is Step.TAKE


@given(st.sampled_from(["settled", "refund-due"]), st.sampled_from(Verdict), moments)
def test_money_counts_once(state, verdict, now):
    assert attempts.step(state, verdict, EXPIRES, now) is Step.NOTHING


@given(st.sampled_from(["failed", "expired"]), st.sampled_from([*Verdict][1:]), moments)
def test_a_closed_attempt_stays_closed_without_money(state, verdict, now):
    assert attempts.step(state, verdict, EXPIRES, now) is Step.NOTHING


@given(moments)
def test_silence_means_unpaid_only_after_the_grace(now):
    expected = Step.EXPIRE if now >= EXPIRES + attempts.GRACE else Step.WAIT

    assert attempts.step("pending", Verdict.UNPAID, EXPIRES, now) is expected


@given(moments)
def test_money_the_gateway_holds_is_waited_for(now):
    assert attempts.step("pending", Verdict.HELD, EXPIRES, now) is Step.WAIT


def test_a_refusal_ends_the_attempt():
    assert attempts.step("pending", Verdict.FAILED, EXPIRES, EXPIRES) is Step.FAIL


@given(st.integers(0, 10_000))
def test_the_gateway_is_asked_ever_more_seldom_but_never_forgotten(queries):
    first = timedelta(seconds=30)

    assert (
        first
        <= attempts.pause(first, queries)
        <= attempts.pause(first, queries + 1)
        <= attempts.LONGEST_PAUSE
    )
