"""What can be done here: owe, fall away, start to pay, be told by the gateway."""

from typing import Any

from sqlalchemy import select, text

from chassis import acting
from chassis.caller import Caller
from chassis.errors import NotFound
from chassis.events import Event
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.schemas import Command
from chassis.work import Work
from services.payment import attempts, books, events, facts, ledger, metrics, obligations, settlement, vnpay
from services.payment.adapters import Gateway
from services.payment.errors import AmountTooLarge, ObligationClosed
from services.payment.settlement import Heard
from services.payment.tables import Dossier, Obligation, Payment, PaymentLine
from services.payment.vnpay import Order

log = get_logger(__name__)

_KNOW_DOSSIER = text("INSERT INTO dossiers (id) VALUES (:id) ON CONFLICT (id) DO NOTHING")

#: RspCode and Message, in the gateway's own words.
_ANSWERS = {
    Heard.DONE: ("00", "Confirm Success"),
    Heard.ALREADY_DONE: ("02", "Order already confirmed"),
    Heard.UNKNOWN_ORDER: ("01", "Order not found"),
    Heard.WRONG_AMOUNT: ("04", "Invalid amount"),
}
_BAD_SIGNATURE = ("97", "Invalid signature")
_BAD_MESSAGE = ("99", "Invalid request")


def charge_dossier(event: Event, work: Work) -> None:
    """A dossier owes fees: one obligation for each, however often the dossier service tells of them."""
    dossier = _locked_dossier(event.dossier, work)
    if dossier.closed_at is not None:
        log.info("charges of a closed dossier left out", dossier=event.dossier)
        return
    owed = set(work.session.scalars(select(Obligation.code).where(Obligation.dossier == dossier.id)))
    for line, charge in enumerate(event.charges):
        if charge["amount"] > 0 and charge["code"] not in owed:
            _owe(event, line, charge, work)


def _owe(event: Event, line: int, charge: dict[str, Any], work: Work) -> None:
    row = Obligation(
        id=new_id(),
        charged_by=event.meta.id,
        line=line,
        dossier=event.dossier,
        reference=event.reference,
        procedure=event.procedure,
        agency=event.agency,
        owner=event.owner,
        code=charge["code"],
        name=charge["name"],
        name_en=charge["name_en"] or "",
        kind=charge["kind"],
        amount=charge["amount"],
        quantity=charge["quantity"],
        unit_amount=charge["amount"] if charge["unit_amount"] is None else charge["unit_amount"],
        collect=charge["collect"],
        state=obligations.State.DUE,
        created_at=work.clock.now(),
    )
    work.add(row)
    work.session.flush()
    books.book(ledger.charged(row.agency, row.kind, row.amount), row, work)
    work.emit(events.ObligationCreated, subject=row.id, data=facts.owed(row))


def close_dossier(event: Event, work: Work) -> None:
    """A dossier came to its end: what is not paid is not owed any more."""
    dossier = _locked_dossier(event.dossier, work)
    dossier.closed_at = event.finished_at or dossier.closed_at or work.clock.now()
    rows = work.session.scalars(
        select(Obligation).where(Obligation.dossier == dossier.id).order_by(Obligation.id).with_for_update()
    )
    for row in rows:
        if obligations.may_become(row.state, obligations.State.CANCELLED):
            # A live attempt may still take money: it would then be owed back.
            row.state, row.live_payment = obligations.State.CANCELLED, None
            row.cancelled_at = work.clock.now()
            books.book(ledger.cancelled(row.agency, row.kind, row.amount), row, work)
            work.emit(events.ObligationCancelled, subject=row.id, data=facts.owed(row))


def _locked_dossier(id: str, work: Work) -> Dossier:
    work.session.execute(_KNOW_DOSSIER, {"id": id})
    dossier = work.get(Dossier, id, lock=True)
    if dossier is None:
        raise NotFound
    return dossier


def start_payment(command: Command, caller: Caller, work: Work, gateway: Gateway) -> dict[str, Any]:
    """Start to pay an obligation, or go on with the attempt that is under way."""
    obligation = work.get(Obligation, command.id, lock=True)
    if obligation is None:
        raise NotFound
    caller.authorise(owner=obligation.owner)
    acting.require(caller, "pay", obligation.procedure)
    if not obligations.is_open(obligation.state):
        raise ObligationClosed(state=obligation.state)
    if obligation.amount > vnpay.MAX_AMOUNT:
        raise AmountTooLarge(max=vnpay.MAX_AMOUNT)
    payment = _live_attempt(obligation, work) or _new_attempt(obligation, caller, work, gateway)
    return {
        "payment": payment.id,
        "amount": payment.amount,
        "redirect_url": gateway.payment_url(order_of(payment)),
        "expires_at": payment.expires_at,
    }


def _live_attempt(obligation: Obligation, work: Work) -> Payment | None:
    if obligation.live_payment is None:
        return None
    payment = work.get(Payment, obligation.live_payment)
    # One whose time is up may still turn out paid: the gateway goes on being asked about it.
    return payment if payment and work.clock.now() < payment.expires_at else None


def _new_attempt(obligation: Obligation, caller: Caller, work: Work, gateway: Gateway) -> Payment:
    id, now = new_id(), work.clock.now().replace(microsecond=0)
    payment = Payment(
        id=id,
        gateway=gateway.name,
        reference=id.replace("-", ""),
        dossier=obligation.dossier,
        agency=obligation.agency,
        owner=obligation.owner,
        payer=caller.name,
        amount=obligation.amount,
        info=vnpay.order_info(f"Nop phi le phi ho so {obligation.reference}"),
        language=work.language,
        state=attempts.State.PENDING,
        created_at=now,
        expires_at=now + vnpay.LIFETIME,
        next_query_at=now + gateway.query_after,
        queries=0,
        refund_due=0,
        **acting.record(caller),
    )
    work.add(payment)
    work.session.flush()
    work.add(PaymentLine(payment=id, obligation=obligation.id, amount=obligation.amount))
    obligation.state, obligation.live_payment = obligations.State.PENDING, id
    return payment


def order_of(payment: Payment) -> Order:
    """The payment as the gateway knows it."""
    return Order(
        reference=payment.reference,
        amount=payment.amount,
        info=payment.info,
        created_at=payment.created_at,
        language=payment.language,
    )


def take_notice(params: dict[str, Any], work: Work, gateway: Gateway) -> dict[str, str]:
    """The gateway notifies us (IPN): the answer it expects, whatever came."""
    try:
        outcome = gateway.read_notice(params)
    except vnpay.BadSignature:
        code, message = _BAD_SIGNATURE
    except vnpay.BadMessage:
        code, message = _BAD_MESSAGE
    else:
        code, message = _ANSWERS[settlement.hear(outcome, work, told_by="ipn")]
    metrics.NOTICES.labels(code).inc()
    return {"code": code, "message": message}
