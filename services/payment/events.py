"""Events of the payment service, and the fields it reads of others' events."""

from chassis import fields, reads
from chassis.events import Consumed, Published
from chassis.schemas import Tolerant


class ObligationCreated(Published):
    type = "vn.motcua.payment.obligation-created.v1"
    consumed = True

    obligation = fields.Id(required=True)
    dossier = fields.Id(required=True)
    amount = fields.Money(required=True)
    collect = fields.Text(required=True)


class ObligationSettled(Published):
    type = "vn.motcua.payment.obligation-settled.v1"
    consumed = True

    obligation = fields.Id(required=True)
    dossier = fields.Id(required=True)
    amount = fields.Money(required=True)
    receipt = fields.Text(required=True)
    paid_at = fields.Moment(required=True)
    collect = fields.Text(required=True)


class ObligationCancelled(Published):
    type = "vn.motcua.payment.obligation-cancelled.v1"

    obligation = fields.Id(required=True)
    dossier = fields.Id(required=True)
    amount = fields.Money(required=True)


class ObligationOverpaid(Published):
    """Money came that nothing was owed for: it is to be refunded."""

    type = "vn.motcua.payment.obligation-overpaid.v1"
    consumed = True

    obligation = fields.Id(required=True)
    dossier = fields.Id(required=True)
    payment = fields.Id(required=True)
    amount = fields.Money(required=True)
    paid_at = fields.Moment(required=True)


class PaymentFailed(Published):
    type = "vn.motcua.payment.payment-failed.v1"

    payment = fields.Id(required=True)
    dossier = fields.Id(required=True)
    amount = fields.Money(required=True)
    state = fields.Choice("failed", "expired", required=True)
    code = fields.Text(required=True)


class ChargeLine(Tolerant):
    code = fields.Text(required=True, max=60)
    name = fields.Text(required=True, max=10_000)
    name_en = fields.Text(load_default="", allow_none=True, max=10_000)
    kind = fields.Choice("fee", "charge", required=True)
    amount = fields.Money(required=True)
    quantity = fields.Integer(min=1, load_default=1)
    unit_amount = fields.Money(load_default=None, allow_none=True)
    collect = fields.Text(load_default="before-reception", max=40)


class DossierCharged(Consumed):
    type = "vn.motcua.dossier.charged.v2"

    dossier = fields.Id(required=True)
    reference = fields.Text(required=True, max=40)
    procedure = fields.Text(required=True, max=60)
    agency = fields.Text(required=True, max=60)
    owner = fields.Id(required=True)
    charges = fields.Items(fields.Object(ChargeLine), required=True)


class DossierChargedV1(DossierCharged):
    """One that lay in the queue when the version changed."""

    type = "vn.motcua.dossier.charged.v1"


class DossierFinished(Consumed):
    type = "vn.motcua.dossier.finished.v1"

    dossier = fields.Id(required=True)
    finished_at = fields.Moment(load_default=None, allow_none=True)


class AgencyPublished(Consumed):
    type = "vn.motcua.catalogue.agency-published.v1"

    code = fields.Text(required=True, max=60)
    name = fields.Text(required=True)
    name_en = fields.Text(load_default="", allow_none=True)
    valid_to = fields.Day(load_default=None, allow_none=True)
    merged_into = fields.Text(load_default=None, allow_none=True, max=60)


class PersonalDataRead(reads.PersonalDataRead):
    type = "vn.motcua.payment.personal-data-read.v1"
    usually = "payment"
