"""A person's consents, as the API shows them."""

from chassis import fields
from chassis.schemas import Schema


class ConsentView(Schema):
    client = fields.Text()
    name = fields.Text()
    kind = fields.Text()
    scopes = fields.Items(fields.Text())
    claims = fields.Items(fields.Text())
    #: What that means, in the reader's language.
    allows = fields.Items(fields.Text())
    given_at = fields.Moment()
    version = fields.Integer()


class ConsentsView(Schema):
    consents = fields.Items(fields.Object(ConsentView))


class OneConsent(Schema):
    client = fields.Text(required=True, max=60)
