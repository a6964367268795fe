"""What other services rebuild from: obligations as their events would tell them now, each by one of the two."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from chassis.caller import Caller
from chassis.schemas import Command
from chassis.snapshots import snapshots
from chassis.work import Work
from services.payment import facts
from services.payment.obligations import State
from services.payment.tables import Obligation, Payment

Told = tuple[datetime, dict[str, Any]]


def unsettled(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Obligations that no money settled: due, in payment or cancelled."""
    rows = select(Obligation).where(Obligation.state != State.SETTLED)

    def show(row: Obligation) -> Told:
        return row.created_at, facts.owed(row)

    return snapshots(work, rows, subject=Obligation.id, query=query, show=show)


def settled(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Obligations that are settled, with the payment that did it."""
    rows = select(Obligation, Payment).join(Payment, Payment.id == Obligation.settled_by)

    def show(row: Obligation, payment: Payment) -> Told:
        return payment.paid_at or payment.created_at, facts.settled(row, payment)

    return snapshots(
        work, rows.where(Obligation.state == State.SETTLED), subject=Obligation.id, query=query, show=show
    )
