"""What comes into the payment service and what goes out."""

from marshmallow import INCLUDE

from chassis import fields, reads
from chassis.schemas import ActedView, PageQuery, Schema, Snapshot
from services.payment import events


class StateView(Schema):
    code = fields.Text(required=True)
    name = fields.Text(required=True)


class FindObligations(PageQuery):
    #: The dossier's id or the reference of its submission.
    dossier = fields.Text(load_default=None, max=40)
    purpose = reads.stated()


class GetObligation(Schema):
    id = fields.Id(required=True)
    purpose = reads.stated()


class ObligationView(Schema):
    id = fields.Id()
    dossier = fields.Id()
    reference = fields.Text()
    procedure = fields.Text()
    agency = fields.Text()
    code = fields.Text()
    name = fields.Text()
    kind = fields.Choice("fee", "charge")
    quantity = fields.Integer()
    unit_amount = fields.Money()
    amount = fields.Money()
    collect = fields.Text()
    state = fields.Object(StateView)
    live_payment = fields.Id(allow_none=True)
    receipt = fields.Text(allow_none=True)
    created_at = fields.Moment()
    settled_at = fields.Moment(allow_none=True)
    #: Money that came when nothing was owed.
    refund_due = fields.Money()


class StartPayment(Schema):
    id = fields.Id(required=True)


class PaymentStarted(Schema):
    payment = fields.Id()
    amount = fields.Money()
    redirect_url = fields.Text(max=4_000)
    expires_at = fields.Moment()


class GetPayment(Schema):
    id = fields.Id(required=True)
    purpose = reads.stated()


class PaymentView(Schema):
    id = fields.Id()
    gateway = fields.Text()
    dossier = fields.Id()
    obligations = fields.Items(fields.Id())
    amount = fields.Money()
    refund_due = fields.Money()
    state = fields.Object(StateView)
    bank = fields.Text(allow_none=True)
    gateway_transaction = fields.Text(allow_none=True)
    receipts = fields.Items(fields.Text())
    #: Null when the owner paid.
    paid_by = fields.Object(ActedView, allow_none=True)
    created_at = fields.Moment()
    expires_at = fields.Moment()
    paid_at = fields.Moment(allow_none=True)


class GetReceipt(Schema):
    number = fields.Text(required=True, max=80)
    purpose = reads.stated()


class ReceiptLineView(Schema):
    code = fields.Text()
    name = fields.Text()
    quantity = fields.Integer()
    unit_amount = fields.Money()
    amount = fields.Money()


class ReceiptView(Schema):
    number = fields.Text()
    title = fields.Text()
    agency = fields.Text()
    year = fields.Integer()
    serial = fields.Text()
    kind = fields.Choice("fee", "charge")
    collector = fields.Text()
    payer = fields.Text()
    dossier = fields.Id()
    reference = fields.Text()
    procedure = fields.Text()
    payment = fields.Id()
    lines = fields.Items(fields.Object(ReceiptLineView))
    amount = fields.Money()
    amount_in_words = fields.Text()
    issued_at = fields.Moment()


class GatewayMessage(Schema):
    """A gateway's parameters as they came: its signature covers all of them, known to us or not."""

    class Meta:
        unknown = INCLUDE


class NoticeAnswer(Schema):
    """What the gateway wants to hear."""

    code = fields.Text(data_key="RspCode")
    message = fields.Text(data_key="Message")


class ReturnView(Schema):
    """Where a payment stands when the browser comes back; the gateway's own word is still to come."""

    payment = fields.Id()
    dossier = fields.Id()
    state = fields.Object(StateView)


UnsettledObligationSnapshots = Snapshot.page_of(events.ObligationCreated)
SettledObligationSnapshots = Snapshot.page_of(events.ObligationSettled)
