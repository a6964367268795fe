"""Phone numbers and e-mail addresses, stored in one form."""

import phonenumbers
from marshmallow import ValidationError
from marshmallow.validate import Email

_is_email = Email()
_HOME = "VN"
MAX_EMAIL = 254


def phone(text: str) -> str:
    """E.164 (`+84912345678`); numbers without a country code are Vietnamese. ValueError when it is none."""
    try:
        number = phonenumbers.parse(text, _HOME)
    except phonenumbers.NumberParseException as error:
        raise ValueError(str(error)) from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise ValueError("not a phone number in use")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_phone(text: str) -> bool:
    try:
        phone(text)
    except ValueError:
        return False
    return True


def email(text: str) -> str:
    """The address with its domain in lower case; ValueError when it is none."""
    try:
        _is_email(text)
    except ValidationError as error:
        raise ValueError("not an e-mail address") from error
    if len(text) > MAX_EMAIL:
        raise ValueError("too long for an e-mail address")
    user, _, domain = text.rpartition("@")
    return f"{user}@{domain.lower()}"


def is_email(text: str) -> bool:
    try:
        email(text)
    except ValueError:
        return False
    return True
