"""Events of the postal service, and readers of those it consumes."""

from chassis import fields, reads
from chassis.events import Consumed, Published
from chassis.schemas import Tolerant


class _Parcel(Published):
    consignment = fields.Id(required=True)
    dossier = fields.Id(required=True)
    tracking = fields.Text(allow_none=True, max=60)


class ConsignmentHandedOver(_Parcel):
    """The carrier has taken the parcel: handling time ends, transport time starts."""

    type = "vn.motcua.postal.consignment-handed-over.v1"
    consumed = True

    handed_over_at = fields.Moment(required=True)


class ConsignmentDelivered(_Parcel):
    type = "vn.motcua.postal.consignment-delivered.v2"
    consumed = True

    handed_over_at = fields.Moment(required=True)
    delivered_at = fields.Moment(required=True)


class ConsignmentDeliveredV1(ConsignmentDelivered):
    """Not said any more, because it told who signed; some may still lie in a queue."""

    type = "vn.motcua.postal.consignment-delivered.v1"
    retired = True

    signed_by = fields.Text(allow_none=True, max=200)


class ConsignmentFailed(_Parcel):
    """The parcel's way ended without the citizen; told once, and never of an attempt that is repeated."""

    type = "vn.motcua.postal.consignment-failed.v1"
    consumed = True

    state = fields.Text(required=True, max=30)
    at = fields.Moment(required=True)


class ResultPosted(Consumed):
    type = "vn.motcua.dossier.result-posted.v2"

    dossier = fields.Id(required=True)
    reference = fields.Text(required=True, max=40)
    code = fields.Text(required=True, max=50)
    agency = fields.Text(required=True, max=60)
    owner = fields.Id(required=True)
    description = fields.Text(load_default="", max=500)


class RecipientV1(Tolerant):
    name = fields.Text(required=True, max=200)
    phone = fields.Text(load_default="", allow_none=True, max=40)
    address = fields.Text(required=True, max=500)


class ResultPostedV1(ResultPosted):
    """One that lay in the queue when the version changed: it tells the recipient, who need not be asked for."""

    type = "vn.motcua.dossier.result-posted.v1"

    recipient = fields.Object(RecipientV1, required=True)


class AgencyPublished(Consumed):
    type = "vn.motcua.catalogue.agency-published.v1"

    code = fields.Text(required=True, max=60)
    name = fields.Text(required=True, max=300)
    valid_to = fields.Day(load_default=None, allow_none=True)
    merged_into = fields.Text(load_default=None, allow_none=True, max=60)


class PersonalDataRead(reads.PersonalDataRead):
    type = "vn.motcua.postal.personal-data-read.v1"
    usually = "delivery"
