"""What a word of the gateway does: the only way an obligation is settled."""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import select

from chassis.logs import get_logger
from chassis.work import Work
from services.payment import attempts, books, events, facts, ledger, metrics, obligations
from services.payment.attempts import Step
from services.payment.tables import Obligation, Payment, PaymentLine
from services.payment.vnpay import Outcome

log = get_logger(__name__)


class Heard(StrEnum):
    """What came of a message."""

    DONE = "done"
    ALREADY_DONE = "already-done"
    UNKNOWN_ORDER = "unknown-order"
    WRONG_AMOUNT = "wrong-amount"


def hear(outcome: Outcome, work: Work, *, told_by: str) -> Heard:
    """Apply what the gateway says of an order, once however often and by whichever way it is said."""
    payment = work.session.scalar(
        select(Payment).where(Payment.reference == outcome.reference).with_for_update()
    )
    if payment is None:
        return Heard.UNKNOWN_ORDER
    if outcome.hundredths is not None and outcome.hundredths != payment.amount * 100:
        # Settling would book money that is not there: a person has to look.
        log.error("gateway names another amount", payment=payment.id, hundredths=outcome.hundredths)
        metrics.WRONG_AMOUNTS.inc()
        return Heard.WRONG_AMOUNT
    step = attempts.step(payment.state, outcome.verdict, payment.expires_at, work.clock.now())
    if step is Step.NOTHING:
        return Heard.ALREADY_DONE
    if step is Step.TAKE:
        _take(payment, outcome, work, told_by)
    elif step is not Step.WAIT:
        _give_up(
            payment, outcome, work, attempts.State.FAILED if step is Step.FAIL else attempts.State.EXPIRED
        )
    if step is not Step.WAIT:
        metrics.OUTCOMES.labels(payment.state, told_by).inc()
    return Heard.DONE


def _take(payment: Payment, outcome: Outcome, work: Work, told_by: str) -> None:
    """The money was taken: settle what is still owed, and owe back the rest."""
    now = work.clock.now()
    rows = _obligations(payment, work)
    owed = [row for row in rows if obligations.is_open(row.state)]
    payment.code = outcome.code
    payment.gateway_transaction = outcome.transaction
    payment.bank = outcome.bank
    payment.paid_at = min(outcome.paid_at or now, now)
    payment.confirmed_at, payment.confirmed_by = now, told_by
    payment.next_query_at = None
    payment.refund_due = sum(row.amount for row in rows if row not in owed)
    payment.state = attempts.State.REFUND_DUE if payment.refund_due else attempts.State.SETTLED
    for row in rows:
        if row in owed:
            row.state, row.live_payment = obligations.State.SETTLED, None
            row.settled_at, row.settled_by = now, payment.id
            books.book(ledger.settled(row.agency, payment.gateway, row.amount), row, work, payment)
        else:
            log.warning("money to be refunded", payment=payment.id, obligation=row.id, amount=row.amount)
            row.refund_due += row.amount
            books.book(ledger.overpaid(row.agency, payment.gateway, row.amount), row, work, payment)
    books.issue_receipts(owed, payment, work)
    for row in rows:
        if row in owed:
            work.emit(events.ObligationSettled, subject=row.id, data=facts.settled(row, payment))
        else:
            work.emit(events.ObligationOverpaid, subject=row.id, data=facts.overpaid(row, payment))


def _give_up(payment: Payment, outcome: Outcome, work: Work, state: attempts.State) -> None:
    """No money came: what it was for is due again, unless another attempt is under way."""
    payment.state = state
    payment.code = outcome.code
    payment.next_query_at = None
    for row in _obligations(payment, work):
        if row.live_payment == payment.id:
            row.live_payment = None
            if obligations.may_become(row.state, obligations.State.DUE):
                row.state = obligations.State.DUE
    work.emit(
        events.PaymentFailed,
        subject=payment.id,
        data={
            "payment": payment.id,
            "dossier": payment.dossier,
            "amount": payment.amount,
            "state": state,
            "code": outcome.code,
        },
    )


def _obligations(payment: Payment, work: Work) -> Sequence[Obligation]:
    """What the payment is for, locked, always in the same order."""
    mine = select(PaymentLine.obligation).where(PaymentLine.payment == payment.id)
    return work.session.scalars(
        select(Obligation).where(Obligation.id.in_(mine)).order_by(Obligation.id).with_for_update()
    ).all()
