"""The events of the dossier service, and readers of those it consumes. None tells who somebody is."""

from chassis import fields, reads
from chassis.events import Consumed, Published
from chassis.schemas import Schema, Tolerant


class _Dossier(Published):
    dossier = fields.Id()
    reference = fields.Text(max=20)
    code = fields.Text(allow_none=True, max=50)
    procedure = fields.Text(max=60)
    agency = fields.Text(max=35)
    owner = fields.Id()


class DossierSubmitted(_Dossier):
    type = "vn.motcua.dossier.submitted.v2"
    consumed = True

    procedure_name = fields.Text(max=10_000)
    owner_kind = fields.Text(max=20)
    channel = fields.Text(max=20)
    submitted_at = fields.Moment()


class ChargeOwed(Schema):
    code = fields.Text(max=60)
    name = fields.Text(max=10_000)
    name_en = fields.Text(max=10_000)
    kind = fields.Choice("fee", "charge")
    amount = fields.Money()
    quantity = fields.Integer(min=1)
    unit_amount = fields.Money()
    collect = fields.Text(max=20)


class DossierCharged(_Dossier):
    type = "vn.motcua.dossier.charged.v2"
    consumed = True

    charges = fields.Items(fields.Object(ChargeOwed))


class DossierReceived(_Dossier):
    type = "vn.motcua.dossier.received.v1"

    received_at = fields.Moment()
    due_at = fields.Moment(allow_none=True)


class DossierRefused(_Dossier):
    type = "vn.motcua.dossier.refused.v2"


class SupplementRequested(_Dossier):
    type = "vn.motcua.dossier.supplement-requested.v2"

    papers = fields.Items(fields.Text(max=60))


class DossierResubmitted(_Dossier):
    type = "vn.motcua.dossier.resubmitted.v1"

    due_before = fields.Moment(allow_none=True)
    due_at = fields.Moment(allow_none=True)


class DossierPaused(_Dossier):
    """Suspended, or waiting for a payment: the legal clock stands still."""

    type = "vn.motcua.dossier.paused.v2"

    state = fields.Text(max=20)


class DossierResumed(_Dossier):
    type = "vn.motcua.dossier.resumed.v1"

    due_before = fields.Moment(allow_none=True)
    due_at = fields.Moment(allow_none=True)


class DossierWithdrawn(_Dossier):
    type = "vn.motcua.dossier.withdrawn.v1"

    state = fields.Text(max=20)


class DossierDecided(_Dossier):
    type = "vn.motcua.dossier.decided.v2"

    decision = fields.Text(max=20)
    decided_at = fields.Moment()


class ResultPosted(_Dossier):
    """To whom it goes is asked for, by the postal service alone (`find_recipient`)."""

    type = "vn.motcua.dossier.result-posted.v2"
    consumed = True

    #: By then every dossier has one.
    code = fields.Text(max=50)
    description = fields.Text(max=200)


class DossierFinished(_Dossier):
    type = "vn.motcua.dossier.finished.v1"
    consumed = True

    outcome = fields.Text(max=20)
    finished_at = fields.Moment()
    due_at = fields.Moment(allow_none=True)
    on_time = fields.Text(max=10)


class ChannelRead(Tolerant):
    channel = fields.Text(required=True)
    time_limit = fields.Number(load_default=None, allow_none=True)
    time_unit = fields.Text(load_default=None, allow_none=True)


class PaperRead(Tolerant):
    code = fields.Text(required=True)
    name = fields.Text(required=True, max=10_000)
    name_en = fields.Text(load_default="", allow_none=True, max=10_000)
    required = fields.Boolean(load_default=False)


class FeeRead(Tolerant):
    code = fields.Text(required=True)
    name = fields.Text(required=True, max=10_000)
    name_en = fields.Text(load_default="", allow_none=True, max=10_000)
    kind = fields.Text(required=True)
    amount = fields.Money(required=True)
    channel = fields.Text(load_default="any")
    per = fields.Text(load_default=None, allow_none=True)
    valid_from = fields.Text(load_default=None, allow_none=True)
    valid_to = fields.Text(load_default=None, allow_none=True)
    collect = fields.Text(load_default="before-reception")


class ResultRead(Tolerant):
    code = fields.Text(required=True)
    name = fields.Text(required=True, max=10_000)


class StepRead(Tolerant):
    code = fields.Text(required=True)
    name = fields.Text(required=True)
    name_en = fields.Text(load_default="", allow_none=True)
    role = fields.Text(required=True)


class ProcedurePublished(Consumed):
    type = "vn.motcua.catalogue.procedure-published.v1"

    code = fields.Text(required=True)
    version_no = fields.Integer(required=True)
    name = fields.Text(required=True, max=10_000)
    name_en = fields.Text(load_default="", allow_none=True, max=10_000)
    valid_from = fields.Day(required=True)
    valid_to = fields.Day(load_default=None, allow_none=True)
    acr = fields.Text(load_default=None, allow_none=True)
    receiving = fields.Items(fields.Text(), load_default=list, max=10_000)
    channels = fields.Items(fields.Object(ChannelRead), load_default=list)
    papers = fields.Items(fields.Object(PaperRead), load_default=list, max=1_000)
    fees = fields.Items(fields.Object(FeeRead), load_default=list, max=1_000)
    results = fields.Items(fields.Object(ResultRead), load_default=list)
    steps = fields.Items(fields.Object(StepRead), load_default=list)


class ProcedureWithdrawn(Consumed):
    type = "vn.motcua.catalogue.procedure-withdrawn.v1"

    code = fields.Text(required=True)
    valid_to = fields.Day(required=True)


class AgencyPublished(Consumed):
    type = "vn.motcua.catalogue.agency-published.v1"

    code = fields.Text(required=True)
    name = fields.Text(required=True)
    name_en = fields.Text(load_default="", allow_none=True)
    valid_from = fields.Day(required=True)
    valid_to = fields.Day(load_default=None, allow_none=True)
    merged_into = fields.Text(load_default=None, allow_none=True, max=60)


class ObligationCreated(Consumed):
    type = "vn.motcua.payment.obligation-created.v1"

    obligation = fields.Id(required=True)
    dossier = fields.Id(required=True)
    amount = fields.Money(required=True)
    collect = fields.Text(load_default=None, allow_none=True)


class ObligationSettled(Consumed):
    type = "vn.motcua.payment.obligation-settled.v1"

    obligation = fields.Id(required=True)
    dossier = fields.Id(required=True)
    amount = fields.Money(required=True)
    collect = fields.Text(required=True)
    receipt = fields.Text(load_default=None, allow_none=True)
    paid_at = fields.Moment(required=True)


class ObligationOverpaid(Consumed):
    type = "vn.motcua.payment.obligation-overpaid.v1"

    dossier = fields.Id(required=True)
    amount = fields.Money(required=True)


class ConsignmentHandedOver(Consumed):
    type = "vn.motcua.postal.consignment-handed-over.v1"

    dossier = fields.Id(required=True)
    tracking = fields.Text(load_default=None, allow_none=True)


class ConsignmentDelivered(Consumed):
    type = "vn.motcua.postal.consignment-delivered.v2"

    dossier = fields.Id(required=True)
    delivered_at = fields.Moment(required=True)


class ConsignmentDeliveredV1(ConsignmentDelivered):
    """One that lay in the queue when the version changed."""

    type = "vn.motcua.postal.consignment-delivered.v1"


class ConsignmentFailed(Consumed):
    type = "vn.motcua.postal.consignment-failed.v1"

    dossier = fields.Id(required=True)


class PersonalDataRead(reads.PersonalDataRead):
    type = "vn.motcua.dossier.personal-data-read.v1"
    usually = "processing"
