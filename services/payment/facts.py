"""What events tell of an obligation, when it happens and whenever a copy is rebuilt."""

from typing import Any

from services.payment.tables import Obligation, Payment


def owed(row: Obligation) -> dict[str, Any]:
    """What is to be paid, for what."""
    return {"obligation": row.id, "dossier": row.dossier, "amount": row.amount, "collect": row.collect}


def settled(row: Obligation, payment: Payment) -> dict[str, Any]:
    """What was paid, when, against which receipt."""
    return owed(row) | {"receipt": row.receipt, "paid_at": payment.paid_at}


def overpaid(row: Obligation, payment: Payment) -> dict[str, Any]:
    """What was paid although it was not owed."""
    return owed(row) | {"payment": payment.id, "paid_at": payment.paid_at}
