"""Events of the identity service."""

from chassis import fields
from chassis.events import Consumed, Published
from chassis.reads import PersonalDataWasRead


class TokenKeyPublished(Published):
    """A key tokens may be signed with; the subject is its id."""

    type = "vn.motcua.identity.token-key-published.v1"
    consumed = True

    kid = fields.Text(required=True, max=80)
    public_jwk = fields.Map(required=True)
    not_before = fields.Moment(required=True)
    not_after = fields.Moment(required=True)


class AccessWithdrawn(Published):
    """Access tokens of a holder given up to a moment count no longer; the subject is the account, or the mandate."""

    type = "vn.motcua.identity.access-withdrawn.v1"
    consumed = True

    #: `account:<id>`, `session:<id>` or `mandate:<id>`.
    holder = fields.Text(required=True, max=80)
    before = fields.Moment(required=True)


class AgencyPublished(Consumed):
    type = "vn.motcua.catalogue.agency-published.v1"

    code = fields.Text(required=True, max=35)
    valid_from = fields.Day(required=True)
    valid_to = fields.Day(allow_none=True, load_default=None)
    merged_into = fields.Text(allow_none=True, max=35, load_default=None)


class DossierDataRead(PersonalDataWasRead):
    type = "vn.motcua.dossier.personal-data-read.v1"


class FeedbackDataRead(PersonalDataWasRead):
    type = "vn.motcua.feedback.personal-data-read.v1"


class PaymentDataRead(PersonalDataWasRead):
    type = "vn.motcua.payment.personal-data-read.v1"


class PostalDataRead(PersonalDataWasRead):
    type = "vn.motcua.postal.personal-data-read.v1"
