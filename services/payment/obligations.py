"""The life of an obligation: due → pending → settled, or cancelled while unpaid."""

from enum import StrEnum

from chassis.texts import Text


class State(StrEnum):
    DUE = "due"
    PENDING = "pending"
    SETTLED = "settled"
    CANCELLED = "cancelled"


NAMES = {
    State.DUE: Text("Chưa nộp", "Due"),
    State.PENDING: Text("Đang thanh toán", "Payment in progress"),
    State.SETTLED: Text("Đã nộp", "Paid"),
    State.CANCELLED: Text("Đã hủy", "Cancelled"),
}

#: Money came when nothing was owed: only what is closed can be told so.
TO_BE_REFUNDED = {
    State.SETTLED: Text("Đã nộp; số tiền nộp thừa sẽ được hoàn lại", "Paid; the excess is to be refunded"),
    State.CANCELLED: Text(
        "Đã hủy; số tiền nộp muộn sẽ được hoàn lại", "Cancelled; the late payment is to be refunded"
    ),
}

MOVES: dict[State, frozenset[State]] = {
    State.DUE: frozenset({State.PENDING, State.SETTLED, State.CANCELLED}),
    State.PENDING: frozenset({State.DUE, State.SETTLED, State.CANCELLED}),
    State.SETTLED: frozenset(),
    State.CANCELLED: frozenset(),
}


def is_open(state: str) -> bool:
    """Whether money is still owed."""
    return bool(MOVES[State(state)])


def may_become(state: str, wanted: State) -> bool:
    """Whether the obligation may move to another state."""
    return wanted in MOVES[State(state)]


def name_of(state: str, language: str, refund_due: int = 0) -> str:
    """The state in the reader's language; it says so when money came that was not owed."""
    names = TO_BE_REFUNDED if refund_due else NAMES
    return names[State(state)].render("en" if language == "en" else "vi")
