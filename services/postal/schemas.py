"""What comes in and goes out of the postal service."""

from chassis import fields, reads
from chassis.schemas import PageQuery, Schema


class StateView(Schema):
    code = fields.Text()
    name = fields.Text()


class RecipientView(Schema):
    name = fields.Text()
    phone = fields.Text()
    address = fields.Text()


class HandOverView(Schema):
    """The asking of the carrier, while it has not taken the parcel."""

    attempts = fields.Integer()
    next_try_at = fields.Moment(allow_none=True)
    last_error = fields.Text(allow_none=True)


class SightingView(Schema):
    code = fields.Text()
    message = fields.Text()
    at = fields.Moment()
    state = fields.Object(StateView, allow_none=True)


class ConsignmentView(Schema):
    id = fields.Id()
    dossier = fields.Id()
    reference = fields.Text()
    order_number = fields.Text()
    agency = fields.Text()
    state = fields.Object(StateView)
    since = fields.Moment()
    tracking = fields.Text(allow_none=True)
    recipient = fields.Object(RecipientView)
    description = fields.Text()
    registered_at = fields.Moment()
    handed_over_at = fields.Moment(allow_none=True)
    ended_at = fields.Moment(allow_none=True)
    signed_by = fields.Text(allow_none=True)
    #: Kept apart: waiting counts as handling, transport does not.
    waiting_seconds = fields.Integer(allow_none=True)
    transport_seconds = fields.Integer(allow_none=True)
    flagged = fields.Boolean()
    hand_over = fields.Object(HandOverView)


class TrackedConsignmentView(ConsignmentView):
    history = fields.Items(fields.Object(SightingView))


class FindConsignments(PageQuery):
    #: The dossier's id, submission reference or code.
    dossier = fields.Text(max=60, load_default=None, allow_none=True)
    purpose = reads.stated()


class GetConsignment(Schema):
    id = fields.Id(required=True)
    purpose = reads.stated()
