"""What a dossier still owes, from its charges and what the payment service told."""

from sqlalchemy import func, select

from chassis.copies import keep
from chassis.events import Event
from chassis.work import Work
from services.dossier.errors import FeesUnpaid
from services.dossier.tables import Charge, Dossier, Obligation


def owed(work: Work, dossier_id: str) -> dict[str, int]:
    """The amount still to be paid, per time of collection."""
    charged = (
        select(Charge.collect, func.sum(Charge.amount).label("amount"))
        .where(Charge.dossier == dossier_id)
        .group_by(Charge.collect)
        .subquery()
    )
    paid = (
        select(Obligation.collect, func.sum(Obligation.amount).label("amount"))
        .where(Obligation.dossier == dossier_id, Obligation.paid_at.is_not(None))
        .group_by(Obligation.collect)
        .subquery()
    )
    balance = select(charged.c.collect, charged.c.amount - func.coalesce(paid.c.amount, 0)).outerjoin(
        paid, paid.c.collect == charged.c.collect
    )
    return {collect: max(int(left), 0) for collect, left in work.session.execute(balance)}


def keep_obligation(event: Event, work: Work) -> None:
    """What payment tells of an obligation; one that was only created has neither receipt nor day of payment."""
    row = {
        "id": event.obligation,
        "dossier": event.dossier,
        "amount": event.amount,
        "collect": event.collect,
        "receipt": event.receipt,
        "paid_at": event.paid_at,
    }
    keep(event, work, Obligation, row)


def require_settled(work: Work, dossier: Dossier, *collects: str) -> None:
    """Raise FeesUnpaid while something collected by now is open."""
    left = sum(amount for collect, amount in owed(work, dossier.id).items() if collect in collects)
    if left:
        raise FeesUnpaid(amount=left)
