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
    type = "vn.motcua.postal.consignment-delivered.v1"
    consumed = True

    handed_over_at = fields.Moment(required=True)
    delivered_at = fields.Moment(required=True)
    signed_by = fields.Text(allow_none=True, max=200)


class ConsignmentFailed(_Parcel):
    """The parcel's way ended without the citizen; told once, and never of an attempt that is repeated."""

    type = "vn.motcua.postal.consignment-failed.v1"
    consumed = True

    state = fields.Text(required=True, max=30)
    at = fields.Moment(required=True)


class Recipient(Tolerant):
    name = fields.Text(required=True, max=200)
    phone = fields.Text(load_default="", allow_none=True, max=40)
    address = fields.Text(required=True, max=500)


class ResultPosted(Consumed):
    type = "vn.motcua.dossier.result-posted.v1"

    dossier = fields.Id(required=True)
    reference = fields.Text(required=True, max=40)
    code = fields.Text(required=True, max=50)
    agency = fields.Text(required=True, max=60)
    owner = fields.Id(required=True)
    recipient = fields.Object(Recipient, required=True)
    description = fields.Text(load_default="", max=500)


class AgencyPublished(Consumed):
    type = "vn.motcua.catalogue.agency-published.v1"

    code = fields.Text(required=True, max=60)
    name = fields.Text(required=True, max=300)
    valid_to = fields.Day(load_default=None, allow_none=True)
    merged_into = fields.Text(load_default=None, allow_none=True, max=60)


class PersonalDataRead(reads.PersonalDataRead):
    type = "vn.motcua.postal.personal-data-read.v1"
    usually = "delivery"
