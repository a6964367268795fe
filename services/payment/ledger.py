"""Double-entry book-keeping in whole đồng: what each event of a fee's life posts to which accounts."""

from dataclasses import dataclass
from typing import Literal

Side = Literal["debit", "credit"]


class Unbalanced(ValueError):
    """Debits and credits differ: a programming error, never a user's."""


@dataclass(frozen=True, slots=True)
class Posting:
    account: str
    side: Side
    amount: int

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise ValueError(f"{self.account}: a posting is a positive amount, not {self.amount}")


@dataclass(frozen=True, slots=True)
class Entry:
    """Postings that belong together; debits equal credits."""

    kind: str
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        if not self.postings or balance(self.postings) != 0:
            raise Unbalanced(self.kind)


def balance(postings: tuple[Posting, ...]) -> int:
    """Debits less credits."""
    return sum(posting.amount if posting.side == "debit" else -posting.amount for posting in postings)


def receivable(agency: str) -> str:
    """What is owed to an agency."""
    return f"receivable:{agency}"


def revenue(agency: str, kind: str) -> str:
    """What an agency collects; charges (phí) and fees (lệ phí) are booked apart."""
    return f"revenue:{kind}:{agency}"


def gateway(name: str) -> str:
    """Money a gateway took and still has to pay over."""
    return f"gateway:{name}"


def refunds_due(agency: str) -> str:
    """Money taken that nobody owed: to be given back."""
    return f"refunds-due:{agency}"


def charged(agency: str, kind: str, amount: int) -> Entry:
    """An obligation came into being."""
    return _transfer("charged", receivable(agency), revenue(agency, kind), amount)


def cancelled(agency: str, kind: str, amount: int) -> Entry:
    """An unpaid obligation fell away."""
    return _transfer("cancelled", revenue(agency, kind), receivable(agency), amount)


def settled(agency: str, through: str, amount: int) -> Entry:
    """A gateway took the money of an obligation."""
    return _transfer("settled", gateway(through), receivable(agency), amount)


def overpaid(agency: str, through: str, amount: int) -> Entry:
    """A gateway took money that nothing is owed for."""
    return _transfer("overpaid", gateway(through), refunds_due(agency), amount)


def _transfer(kind: str, debit: str, credit: str, amount: int) -> Entry:
    return Entry(kind, (Posting(debit, "debit", amount), Posting(credit, "credit", amount)))
