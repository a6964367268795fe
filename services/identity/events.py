"""Events of the identity service."""

from chassis import fields
from chassis.events import Published
from chassis.reads import PersonalDataWasRead


class TokenKeyPublished(Published):
    """A key tokens may be signed with; the subject is its id."""

    type = "vn.motcua.identity.token-key-published.v1"
    consumed = True

    kid = fields.Text(required=True, max=80)
    public_jwk = fields.Map(required=True)
    not_before = fields.Moment(required=True)
    not_after = fields.Moment(required=True)


class DossierDataRead(PersonalDataWasRead):
    type = "vn.motcua.dossier.personal-data-read.v1"


class FeedbackDataRead(PersonalDataWasRead):
    type = "vn.motcua.feedback.personal-data-read.v1"


class PaymentDataRead(PersonalDataWasRead):
    type = "vn.motcua.payment.personal-data-read.v1"


class PostalDataRead(PersonalDataWasRead):
    type = "vn.motcua.postal.personal-data-read.v1"
