"""The read side: obligations, payments and receipts as their owner and the agency's officials see them."""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, false, select

from chassis import acting
from chassis.caller import Caller
from chassis.errors import NotFound
from chassis.ids import as_id
from chassis.paging import page
from chassis.schemas import Command
from chassis.texts import Text
from chassis.work import Work
from services.payment import attempts, obligations, vnpay
from services.payment.adapters import Gateway
from services.payment.tables import Obligation, Payment, PaymentLine, Receipt
from services.payment.words import amount_in_words

Row = TypeVar("Row", Obligation, Payment, Receipt)

_TITLES = {
    "charge": Text("Biên lai thu phí", "Receipt for a charge"),
    "fee": Text("Biên lai thu lệ phí", "Receipt for a fee"),
}


def obligations_page(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """A citizen's own obligations, or an agency's of one dossier."""
    return page(
        work,
        _visible(query.dossier, caller, work),
        key=(Obligation.created_at.desc(), Obligation.id.desc()),
        query=query,
        view=lambda row: obligation_view(_seen(row, caller), work),
    )


def _visible(dossier: str | None, caller: Caller, work: Work) -> Select[Obligation]:
    found = select(Obligation)
    if dossier is not None:
        found = found.where(
            Obligation.dossier == id if (id := as_id(dossier)) else Obligation.reference == dossier
        )
    if caller.kind == "official" and dossier is not None:
        for agency in work.session.scalars(found.with_only_columns(Obligation.agency).distinct()):
            caller.authorise(agency=agency)
    return found.where(caller.scope(owner=Obligation.owner, agency=Obligation.agency), _within_reach(caller))


def _within_reach(caller: Caller) -> ColumnElement[bool]:
    """Who may pay for somebody must see what there is to pay."""
    return acting.reached(caller, Obligation.procedure) if acting.may_some(caller, "read", "pay") else false()


def obligation(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """One obligation."""
    row = _shown_to(caller, work.get(Obligation, query.id))
    _require_reach(caller, row.procedure)
    return obligation_view(row, work)


def payment(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """One payment with what it is for and its receipts."""
    row = _shown_to(caller, work.get(Payment, query.id))
    lines = (
        select(PaymentLine.obligation).where(PaymentLine.payment == row.id).order_by(PaymentLine.obligation)
    )
    if caller.actor is not None:
        paid_for = select(Obligation.procedure).where(Obligation.id.in_(lines))
        _require_reach(caller, *work.session.scalars(paid_for))
    numbers = select(Receipt.number).where(Receipt.payment == row.id).order_by(Receipt.number)
    return {
        **_columns(row),
        "state": _state(row, work),
        "paid_by": acting.view(row),
        "obligations": work.session.scalars(lines).all(),
        "receipts": work.session.scalars(numbers).all(),
    }


def receipt(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """One receipt, as printed."""
    row = _shown_to(caller, work.session.scalar(select(Receipt).where(Receipt.number == query.number)))
    _require_reach(caller, row.procedure)
    return {
        **_columns(row),
        "title": _TITLES[row.kind].render(work.language),
        "serial": f"{row.serial:08d}",
        "collector": _localised(row.collector, row.collector_en, work),
        "lines": [line | {"name": _localised(line["name"], line["name_en"], work)} for line in row.lines],
        "amount_in_words": amount_in_words(row.amount, work.language),
    }


def returned(params: dict[str, Any], work: Work, gateway: Gateway) -> dict[str, Any]:
    """Where a payment stands, for a browser that comes back; what its address claims settles nothing."""
    try:
        reference = gateway.read_notice(params).reference
    except (vnpay.BadSignature, vnpay.BadMessage):
        raise NotFound from None
    row = work.session.scalar(select(Payment).where(Payment.reference == reference))
    if row is None:
        raise NotFound
    return {"payment": row.id, "dossier": row.dossier, "state": _state(row, work)}


def _shown_to(caller: Caller, row: Row | None) -> Row:
    """The row, when the caller may see it: its owner, an official of its agency, an inspector."""
    if row is None:
        raise NotFound
    caller.authorise(owner=row.owner, agency=row.agency)
    return _seen(row, caller)


def _seen(row: Row, caller: Caller) -> Row:
    caller.sees(row.owner, row.dossier if isinstance(row, Payment) else row.reference, row.dossier)
    return row


def _require_reach(caller: Caller, *procedures: str) -> None:
    """For who acts for the owner, what is outside the scope does not exist."""
    reach = all(acting.may(caller, "read", one) or acting.may(caller, "pay", one) for one in procedures)
    if not reach:
        raise NotFound


def obligation_view(row: Obligation, work: Work) -> dict[str, Any]:
    """An obligation in the reader's language."""
    return {
        **_columns(row),
        "name": _localised(row.name, row.name_en, work),
        "state": {
            "code": row.state,
            "name": obligations.name_of(row.state, work.language, row.refund_due),
        },
    }


def _localised(vietnamese: str, english: str, work: Work) -> str:
    return (english if work.language == "en" else "") or vietnamese


def _state(payment: Payment, work: Work) -> dict[str, str]:
    return {"code": payment.state, "name": attempts.name_of(payment.state, work.language)}


def _columns(row: Obligation | Payment | Receipt) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}
