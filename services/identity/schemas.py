"""What comes in and goes out."""

from chassis import fields
from chassis.fields import Rule
from chassis.schemas import Page, Schema, Snapshot
from services.identity import birth_dates, contacts, names, passwords, personal_numbers, tax_codes, usernames
from services.identity.appointment_schemas import OwnAppointment, RoleLimit, Terms, agency_code
from services.identity.events import AccessWithdrawn, TokenKeyPublished

personal_number = Rule(
    personal_numbers.is_personal_number,
    "personal-number",
    "Không phải số định danh cá nhân 12 chữ số.",
    "This is not a 12-digit personal number.",
)
_tax_code = Rule(
    tax_codes.is_tax_code, "tax-code", "Không phải mã số thuế hợp lệ.", "This is not a valid tax code."
)
_person_name = Rule(
    names.is_person_name, "person-name", "Không phải họ tên người.", "This is not a person's name."
)
_business_name = Rule(
    names.is_business_name,
    "business-name",
    "Không phải tên doanh nghiệp.",
    "This is not the name of a business.",
)
_birth_date = Rule(
    birth_dates.is_birth_date,
    "birth-date",
    "Ngày sinh phải có dạng YYYY, YYYY-MM hoặc YYYY-MM-DD.",
    "A birth date is YYYY, YYYY-MM or YYYY-MM-DD.",
)
_phone = Rule(contacts.is_phone, "phone", "Không phải số điện thoại.", "This is not a phone number.")
_email = Rule(contacts.is_email, "email", "Không phải địa chỉ thư điện tử.", "This is not an e-mail address.")
_username = Rule(
    usernames.is_username,
    "user-name",
    "Tên đăng nhập gồm 3-50 chữ thường, số, dấu chấm hoặc gạch, bắt đầu bằng chữ.",
    "A user name has 3-50 small letters, digits, dots or dashes and starts with a letter.",
)
_long_enough = Rule(
    lambda password: not passwords.is_short(password),
    "password-too-short",
    f"Mật khẩu cần ít nhất {passwords.MIN_LENGTH} ký tự.",
    f"A password needs at least {passwords.MIN_LENGTH} characters.",
)
_not_too_long = Rule(
    lambda password: not passwords.is_long(password),
    "password-too-long",
    f"Mật khẩu tối đa {passwords.MAX_LENGTH} ký tự.",
    f"A password has at most {passwords.MAX_LENGTH} characters.",
)


class _NewAccount(Schema):
    phone = fields.Text(max=30, validate=_phone, load_default=None, allow_none=True)
    email = fields.Text(max=contacts.MAX_EMAIL, validate=_email, load_default=None, allow_none=True)
    password = fields.Secret(required=True, validate=[_long_enough, _not_too_long])


class SignUpCitizen(_NewAccount):
    personal_number = fields.Text(required=True, max=12, validate=personal_number)
    name = fields.Text(required=True, max=200, validate=_person_name)
    birth_date = fields.Text(required=True, max=10, validate=_birth_date)
    sex = fields.Choice("male", "female", load_default=None, allow_none=True)


class SignUpBusiness(Schema):
    """By its legal representative, as the national register knows it; a business has no password."""

    tax_code = fields.Text(required=True, max=14, validate=_tax_code)
    name = fields.Text(max=200, validate=_business_name, load_default=None, allow_none=True)
    representative_name = fields.Text(max=200, validate=_person_name, load_default=None, allow_none=True)
    representative_number = fields.Text(max=12, validate=personal_number, load_default=None, allow_none=True)
    phone = fields.Text(max=30, validate=_phone, load_default=None, allow_none=True)
    email = fields.Text(max=contacts.MAX_EMAIL, validate=_email, load_default=None, allow_none=True)
    password = fields.Secret(load_default=None, allow_none=True)


class CreateOfficial(_NewAccount, Terms):
    username = fields.Text(required=True, max=usernames.MAX_LENGTH, validate=_username)
    name = fields.Text(required=True, max=200, validate=_person_name)
    reason = fields.Text(max=1_000, load_default="")


class AccountView(Schema):
    id = fields.Id()
    kind = fields.Choice("citizen", "business", "official")
    identifier = fields.Text()
    name = fields.Text()
    phone = fields.Text(allow_none=True)
    email = fields.Text(allow_none=True)
    created_at = fields.Moment()


class MeView(AccountView):
    """One's own account; fields of other kinds of account are left out."""

    acr = fields.Text()
    birth_date = fields.Text()
    sex = fields.Text()
    representative_name = fields.Text()
    representative_number = fields.Text()
    agency = fields.Text()
    roles = fields.Items(fields.Text())
    limits = fields.Items(fields.Object(RoleLimit))
    appointments = fields.Items(fields.Object(OwnAppointment))


class SignIn(Schema):
    identifier = fields.Text(required=True, max=100)
    password = fields.Secret(required=True)
    #: Only needed by a business household, whose tax code is its owner's personal number.
    kind = fields.Choice("citizen", "business", "official", load_default=None)
    #: Where an official with appointments at several agencies is to work; else at that of the newest.
    agency = agency_code(load_default=None, allow_none=True)
    #: Of the authenticator app, or a recovery code: needed where the account has a second factor.
    code = fields.Secret(max=50, load_default=None, allow_none=True)


class Refresh(Schema):
    refresh_token = fields.Secret(required=True, max=200)
    #: An official goes on at this agency; else where the session was.
    agency = agency_code(load_default=None, allow_none=True)


class TokensView(Schema):
    access_token = fields.Text()
    refresh_token = fields.Text()
    token_type = fields.Text()
    expires_in = fields.Integer()


class JwkView(Schema):
    """A public key as RFC 7517 writes it."""

    kid = fields.Text()
    kty = fields.Text()
    crv = fields.Text()
    x = fields.Text()
    y = fields.Text()
    use = fields.Text()
    alg = fields.Text()


class KeySetView(Schema):
    keys = fields.Items(fields.Object(JwkView))


class TokenKeySnapshot(Schema):
    """A key as the event that published it, for services that rebuild their copy."""

    subject = fields.Text()
    sequence = fields.Integer()
    time = fields.Moment()
    data = fields.Object(TokenKeyPublished)


TokenKeysPage = Page.of(TokenKeySnapshot)
WithdrawnAccessPage = Snapshot.page_of(AccessWithdrawn)


class NamedCode(Schema):
    code = fields.Text()
    name = fields.Text()


class ReaderView(Schema):
    name = fields.Text(allow_none=True)
    agency = fields.Text()
    roles = fields.Items(fields.Text())


class DataAccessView(Schema):
    """One reading: who, when, why, and about which dossier or petition."""

    at = fields.Moment()
    reader = fields.Object(ReaderView)
    purpose = fields.Object(NamedCode)
    service = fields.Text()
    dossier = fields.Id(allow_none=True)
    reference = fields.Text()


DataAccessPage = Page.of(DataAccessView)
