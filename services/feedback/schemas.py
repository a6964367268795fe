"""What comes in and goes out of the feedback service."""

from chassis import fields, reads
from chassis.schemas import ActedView, PageQuery, Schema
from chassis.texts import Text
from services.feedback import petitions

_PHONE = r"\+?[0-9][0-9 .()-]{6,18}[0-9]"
_EMAIL = r"[^@\s]{1,64}@[^@\s]{1,189}"
_PHONE_SAYS = Text(
    "Số điện thoại gồm 8-20 chữ số, dấu cách, dấu chấm, ngoặc hoặc gạch ngang, có thể bắt đầu bằng dấu +.",
    "A phone number has 8 to 20 digits, spaces, dots, brackets or dashes and may start with a +.",
)
_EMAIL_SAYS = Text(
    "Địa chỉ thư điện tử phải có dạng tên@tên-miền, không có dấu cách.",
    "An e-mail address is like name@domain, without spaces.",
)


class NamedCode(Schema):
    code = fields.Text()
    name = fields.Text()


class ScoreGiven(Schema):
    indicator = fields.Integer(required=True, min=1, max=9)
    points = fields.Integer(required=True, min=0, max=2)


class RateDossier(Schema):
    #: The dossier's id, submission reference or code.
    dossier = fields.Text(required=True, max=60)
    scores = fields.Items(fields.Object(ScoreGiven), required=True, min=1, max=9)
    comment = fields.Text(max=2_000, load_default="")


class ScoreView(Schema):
    indicator = fields.Integer()
    name = fields.Text()
    points = fields.Integer(allow_none=True)
    given_by = fields.Choice("citizen", "system")


class RatingView(Schema):
    id = fields.Id()
    dossier = fields.Id()
    reference = fields.Text()
    agency = fields.Text()
    procedure = fields.Text()
    scores = fields.Items(fields.Object(ScoreView))
    comment = fields.Text()
    #: Null when the owner rated.
    rated_by = fields.Object(ActedView, allow_none=True)
    rated_at = fields.Moment()


class FindRatings(PageQuery):
    dossier = fields.Text(max=60, load_default=None, allow_none=True)


class GetSatisfaction(Schema):
    code = fields.Text(required=True, max=60)
    since = fields.Day(load_default=None, allow_none=True)
    until = fields.Day(load_default=None, allow_none=True)


class IndicatorView(Schema):
    indicator = fields.Integer()
    name = fields.Text()
    points = fields.Integer(allow_none=True)
    dossiers = fields.Integer()
    score = fields.Number(allow_none=True)


class TotalView(Schema):
    total = fields.Number(allow_none=True)
    out_of = fields.Integer()
    band = fields.Object(NamedCode, allow_none=True)
    #: Indicators nothing is known of: while there are any, there is no total.
    missing = fields.Items(fields.Integer())


class SatisfactionView(Schema):
    agency = fields.Object(NamedCode)
    since = fields.Day(allow_none=True)
    until = fields.Day(allow_none=True)
    dossiers = fields.Integer()
    indicators = fields.Items(fields.Object(IndicatorView))
    officers = fields.Object(TotalView)
    overall = fields.Object(TotalView)


class FilePetition(Schema):
    subject = fields.Choice(*petitions.SUBJECTS, required=True)
    title = fields.Text(required=True, min=5, max=200)
    content = fields.Text(required=True, min=10, max=10_000)
    agency = fields.Text(required=True, max=60)
    name = fields.Text(required=True, min=2, max=200)
    address = fields.Text(required=True, min=5, max=500)
    phone = fields.Code(_PHONE, says=_PHONE_SAYS, required=True, max=20)
    email = fields.Code(_EMAIL, says=_EMAIL_SAYS, max=254, load_default=None, allow_none=True)
    publish_identity = fields.Boolean(load_default=False)


class PetitionerView(Schema):
    name = fields.Text()
    address = fields.Text()
    phone = fields.Text()
    email = fields.Text(allow_none=True)
    #: Null when the petitioner filed it.
    filed_by = fields.Object(ActedView, allow_none=True)


class AnswerView(Schema):
    text = fields.Text()
    answered_by = fields.Text()
    published = fields.Boolean()


class RejectionView(Schema):
    ground = fields.Object(NamedCode)
    reason = fields.Text()


class PetitionView(Schema):
    id = fields.Id()
    reference = fields.Text()
    subject = fields.Object(NamedCode)
    title = fields.Text()
    content = fields.Text()
    agency = fields.Object(NamedCode)
    state = fields.Object(NamedCode)
    #: Null when the reader may not know who petitions.
    petitioner = fields.Object(PetitionerView, allow_none=True)
    publish_identity = fields.Boolean()
    registered_at = fields.Moment()
    transfer_due = fields.Day()
    transferred_at = fields.Moment(allow_none=True)
    ended_at = fields.Moment(allow_none=True)
    answer = fields.Object(AnswerView, allow_none=True)
    rejection = fields.Object(RejectionView, allow_none=True)


class GetPetition(Schema):
    reference = fields.Text(required=True, max=40)


class ReadPetition(GetPetition):
    purpose = reads.stated()


class FindDeskPetitions(PageQuery):
    state = fields.Choice(*petitions.STATES, load_default=None, allow_none=True)
    subject = fields.Choice(*petitions.SUBJECTS, load_default=None, allow_none=True)
    purpose = reads.stated()


class TransferPetition(GetPetition):
    #: The agency concerned, when the petitioner named the wrong one.
    agency = fields.Text(max=60, load_default=None, allow_none=True)


class AnswerPetition(GetPetition):
    answer = fields.Text(required=True, min=10, max=10_000)
    publish = fields.Boolean(required=True)


class RejectPetition(GetPetition):
    ground = fields.Choice(*petitions.GROUNDS, required=True)
    reason = fields.Text(required=True, min=10, max=2_000)
