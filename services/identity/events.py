"""Events of the identity service."""

from chassis import fields
from chassis.events import Published


class TokenKeyPublished(Published):
    """A key tokens may be signed with; the subject is its id."""

    type = "vn.motcua.identity.token-key-published.v1"
    consumed = True

    kid = fields.Text(required=True, max=80)
    public_jwk = fields.Map(required=True)
    not_before = fields.Moment(required=True)
    not_after = fields.Moment(required=True)


class AccessWithdrawn(Published):
    """Access tokens of a holder (`mandate:<id>`) given until a moment count no longer; the subject is the mandate."""

    type = "vn.motcua.identity.access-withdrawn.v1"

    holder = fields.Text(required=True, max=80)
    before = fields.Moment(required=True)
