"""The life of an obligation: due → pending → settled, or cancelled while unpaid."""

from dataclasses import dataclass
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

MOVES: dict[State, frozenset[State]] = {
    State.DUE: frozenset({State.PENDING, State.SETTLED, State.CANCELLED}),
    State.PENDING: frozenset({State.DUE, State.SETTLED, State.CANCELLED}),
    State.SETTLED: frozenset(),
    State.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Charge:
    """One fee or charge line a dossier must pay."""

    code: str
    name: str
    kind: str
    amount: int
    quantity: int
    unit_amount: int
    collect: str


def is_open(state: str) -> bool:
    """Whether money is still owed."""
    return bool(MOVES[State(state)])


def may_become(state: str, wanted: State) -> bool:
    """Whether the obligation may move to another state."""
    return wanted in MOVES[State(state)]


def name_of(state: str, language: str) -> str:
    """The state in the reader's language."""
    return NAMES[State(state)].render("en" if language == "en" else "vi")
