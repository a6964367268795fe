"""The life of a payment attempt: what a word from the gateway does to it."""

from datetime import datetime, timedelta
from enum import StrEnum

from chassis.texts import Text
from services.payment.vnpay import Verdict


class State(StrEnum):
    PENDING = "pending"
    SETTLED = "settled"
    FAILED = "failed"
    EXPIRED = "expired"
    #: The money was taken although nothing (or less) was owed any more.
    REFUND_DUE = "refund-due"


NAMES = {
    State.PENDING: Text("Đang chờ xác nhận của cổng thanh toán", "Waiting for the gateway's confirmation"),
    State.SETTLED: Text("Thanh toán thành công", "Paid"),
    State.FAILED: Text("Thanh toán không thành công", "Payment failed"),
    State.EXPIRED: Text("Hết thời gian thanh toán", "Expired unpaid"),
    State.REFUND_DUE: Text("Đã thu thừa, sẽ được hoàn lại", "Overpaid, to be refunded"),
}

#: Banks may finish after the gateway's own limit; only then is silence taken for "not paid".
GRACE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(minutes=10)


class Step(StrEnum):
    TAKE = "take"
    FAIL = "fail"
    EXPIRE = "expire"
    WAIT = "wait"
    NOTHING = "nothing"


def step(state: str, verdict: Verdict, expires_at: datetime, now: datetime) -> Step:
    """What to do. Money taken counts whenever we hear of it, once."""
    if state in (State.SETTLED, State.REFUND_DUE):
        return Step.NOTHING
    if verdict is Verdict.TAKEN:
        return Step.TAKE
    if state != State.PENDING:
        return Step.NOTHING
    if verdict is Verdict.FAILED:
        return Step.FAIL
    return Step.EXPIRE if verdict is Verdict.UNPAID and now >= expires_at + GRACE else Step.WAIT


def pause(first: timedelta, queries: int) -> timedelta:
    """How long to wait before asking the gateway again: doubling, up to ten minutes."""
    doublings: int = 2 ** min(queries, 16)
    return min(first * doublings, LONGEST_PAUSE)


def name_of(state: str, language: str) -> str:
    """The state in the reader's language."""
    return NAMES[State(state)].render("en" if language == "en" else "vi")
