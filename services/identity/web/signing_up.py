"""Making one's own account: what one says of oneself, then a code on the contact one named.

Whether the number has an account already is told to its owner alone: every page answers alike.
"""

import re
from typing import Any

import orjson

from chassis.errors import FieldError, ServiceError, ValidationFailed
from chassis.schemas import Command
from chassis.texts import Text
from services.identity import accounts, address_limits, codes, contacts, passwords
from services.identity.errors import AccountExists, WrongFactor
from services.identity.schemas import SignUpCitizen
from services.identity.usecases import sign_up
from services.identity.web import ceremonies
from services.identity.web.http import Answer
from services.identity.web.signing_in import count_address
from services.identity.web.visit import SIGN_IN, Visit, open_form, open_page

SIGN_UP, CODE = "/account/sign-up", "/account/sign-up/code"
_STAGE = "sign-up"
#: The form's fields by those of the schema.
_FIELDS = {
    "personalNumber": "number",
    "name": "name",
    "birthDate": "birth_date",
    "phone": "phone",
    "email": "email",
    "password": "new_password",
}
_REACHED = ("Cần số điện thoại hoặc thư điện tử.", "A phone number or an e-mail address is needed.")
_SUBJECT = Text("Có người đăng ký bằng số của bạn", "Somebody signed up with your number")
_WORDS = Text(
    "Một Cửa: có người vừa đăng ký bằng số định danh của bạn. Tài khoản của bạn không thay đổi. "
    "Nếu không phải bạn, không cần làm gì.",
    "Một Cửa: somebody just tried to sign up with your personal number. Your account is unchanged. "
    "If it was not you, there is nothing to do.",
)


def show(visit: Visit, **values: Any) -> Answer:
    return visit.show("sign_up.html", least=passwords.MIN_LENGTH, **values)


def begin(visit: Visit) -> Answer:
    count_address(visit, address_limits.SIGN_UP)
    command, errors = _read(visit)
    if command is None or errors:
        typed = {name: visit.typed(name) for name in _FIELDS.values() if name != "new_password"}
        return show(visit, status=422, errors=errors, typed=typed)
    to = _contact(command)
    holder = visit.vault.digest(f"sign-up:{to.address if to else ''}")
    try:
        codes.send(holder, _STAGE, to, visit.work, visit.vault)
    except ServiceError as error:
        return show(visit, status=error.status, errors={"phone": (error.detail("vi"), error.detail("en"))})
    # No connection is held while it is hashed.
    visit.work.keep_so_far()
    details = command.values | {"password": "", "password_hash": visit.vault.hashed(command.password)}
    sealed = visit.vault.seal(orjson.dumps(details).decode())
    ceremonies.begin(visit, _STAGE, details=sealed, holder=holder)
    return visit.to(CODE)


def _read(visit: Visit) -> tuple[Command | None, dict[str, tuple[str, str]]]:
    typed = {field: visit.typed(name).strip() for field, name in _FIELDS.items()}
    payload = {field: text or None for field, text in typed.items()}
    payload["password"] = visit.typed("new_password") or None
    payload["birthDate"] = _iso(typed["birthDate"]) or None
    errors: dict[str, tuple[str, str]] = {}
    if not (payload["phone"] or payload["email"]):
        errors["phone"] = _REACHED
    try:
        command = Command(SignUpCitizen.read(payload))
    except ValidationFailed as refused:
        return None, _shown(refused.errors) | errors
    return command, errors | _shown(sign_up.citizen_problems(command, visit.work.clock.today()))


def _shown(errors: list[FieldError]) -> dict[str, tuple[str, str]]:
    found = {_FIELDS.get(error.pointer.strip("/"), "number"): (error.vi, error.en) for error in errors}
    return {name: found[name] for name in _FIELDS.values() if name in found}


def _iso(typed: str) -> str:
    """17/5/1990, 5/1990 and 1990 as the schema has them."""
    parts = re.split(r"[/.\s-]+", typed.strip())
    if not all(part.isdecimal() for part in parts) or len(parts[0]) == 4:
        return typed
    return "-".join(part.zfill(2) for part in reversed(parts))


def _contact(details: Command) -> codes.Contact | None:
    phone = contacts.phone(details.phone) if details.phone else None
    return codes.contact_of(phone, contacts.email(details.email) if details.email else None)


def show_code(visit: Visit, **values: Any) -> Answer:
    if ceremonies.current(visit, _STAGE) is None:
        return visit.to(SIGN_UP)
    return visit.show("sent_code.html", action=CODE, sign_up=True, **values)


def finish(visit: Visit) -> Answer:
    count_address(visit, address_limits.CODE)
    ceremony = ceremonies.current(visit, _STAGE)
    if ceremony is None:
        return visit.to(SIGN_UP)
    try:
        codes.check(ceremony.kept["holder"], _STAGE, visit.typed("code"), visit.work, visit.vault)
    except WrongFactor as error:
        return show_code(visit, status=422, errors={"code": (error.detail("vi"), error.detail("en"))})
    ceremonies.taken(visit, _STAGE)
    _make(Command(orjson.loads(visit.vault.unseal(ceremony.kept["details"]))), visit)
    return visit.to(SIGN_IN, notice="signed-up")


def _make(details: Command, visit: Visit) -> None:
    try:
        # Undone by itself when somebody was faster.
        with visit.work.session.begin_nested():
            sign_up.make_citizen(details, visit.work)
    except AccountExists:
        owner = accounts.find("citizen", details.personal_number, visit.work)
        if owner is not None:
            codes.tell(owner, _SUBJECT, _WORDS, visit.work)


ROUTES = {
    SIGN_UP: {"GET": open_page(show), "POST": open_form(begin)},
    CODE: {"GET": open_page(show_code), "POST": open_form(finish)},
}
