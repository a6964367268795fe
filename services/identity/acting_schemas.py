"""What comes in and goes out where somebody acts for another."""

from chassis import fields
from chassis.caller import ACTIONS, ALL_PROCEDURES
from chassis.schemas import Page, PageQuery, Schema
from chassis.texts import Text
from services.identity import schemas

_PROCEDURE = r"[0-9A-Z]+(\.[0-9A-Z]+){1,8}"
_PROCEDURE_SAYS = Text(
    "Mã thủ tục hành chính có dạng 2.000635; dấu * là mọi thủ tục.",
    "The code of a procedure is like 2.000635; * stands for every procedure.",
)


def _some_procedure() -> fields.Code:
    return fields.Code(_PROCEDURE, says=_PROCEDURE_SAYS, required=True, max=60)


class ActFor(Schema):
    """One of both: a mandate or request to help, or the account to act for."""

    mandate = fields.Id(load_default=None, allow_none=True)
    subject = fields.Id(load_default=None, allow_none=True)


class PartyView(Schema):
    id = fields.Id()
    kind = fields.Text()
    name = fields.Text()


class ActingTokenView(Schema):
    access_token = fields.Text()
    token_type = fields.Text()
    expires_in = fields.Integer()
    subject = fields.Object(PartyView)
    mandate = fields.Id()
    acts_as = fields.Text()
    procedures = fields.Items(fields.Text())
    actions = fields.Items(fields.Text())


class GrantMandate(Schema):
    personal_number = fields.Text(required=True, max=12, validate=schemas.personal_number)
    procedures = fields.Items(
        fields.Code(rf"\{ALL_PROCEDURES}|{_PROCEDURE}", says=_PROCEDURE_SAYS, required=True, max=60),
        required=True,
        min=1,
        max=100,
    )
    actions = fields.Items(fields.Choice(*ACTIONS), required=True, min=1, max=len(ACTIONS))
    valid_from = fields.Day(load_default=None, allow_none=True)
    valid_to = fields.Day(required=True)


class OneMandate(Schema):
    id = fields.Id(required=True)


class FindMandates(PageQuery):
    side = fields.Choice("given", "received", load_default="received")


class MandateView(Schema):
    id = fields.Id()
    side = fields.Choice("given", "received")
    acts_as = fields.Choice("representative", "delegate", "guardian")
    principal = fields.Object(PartyView)
    #: Null on the side of who gave it until it is accepted.
    delegate = fields.Object(PartyView, allow_none=True)
    procedures = fields.Items(fields.Text())
    actions = fields.Items(fields.Text())
    valid_from = fields.Day()
    valid_to = fields.Day(allow_none=True)
    state = fields.Choice("sent", "refused", "not-yet", "in-force", "over", "revoked")
    granted_at = fields.Moment()
    accepted_at = fields.Moment(allow_none=True)
    version = fields.Integer()


class AddWard(Schema):
    personal_number = fields.Text(required=True, max=12, validate=schemas.personal_number)


class AskToHelp(Schema):
    personal_number = fields.Text(required=True, max=12, validate=schemas.personal_number)
    procedure = _some_procedure()
    purpose = fields.Text(required=True, min=5, max=500)


class OneAssistance(Schema):
    id = fields.Id(required=True)


class ConfirmHelp(OneAssistance):
    code = fields.Text(required=True, max=20)


class AssistanceView(Schema):
    id = fields.Id()
    #: The official's name.
    helper = fields.Text()
    agency = fields.Text()
    procedure = fields.Text()
    purpose = fields.Text()
    state = fields.Choice("waiting", "confirmed", "refused", "expired", "over")
    requested_at = fields.Moment()
    expires_at = fields.Moment()
    ends_at = fields.Moment(allow_none=True)


class MyAssistanceView(AssistanceView):
    #: For the citizen to give to the helper, or not.
    code = fields.Text(allow_none=True)


MandatesPage = Page.of(MandateView)
MyAssistancePage = Page.of(MyAssistanceView)
