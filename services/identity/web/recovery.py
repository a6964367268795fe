"""A forgotten password: a code on the account's own contact, then a new password. The second factor stays.

Whether there is such an account, and whether it has a contact, is told to nobody: every page answers alike.
"""

from typing import Any

from sqlalchemy import select

from chassis.errors import ServiceError
from chassis.texts import Text
from services.identity import address_limits, codes, devices, factors, passwords, usernames
from services.identity.errors import WrongFactor
from services.identity.tables import Account
from services.identity.usecases import factors as changing
from services.identity.web import ceremonies
from services.identity.web.http import Answer
from services.identity.web.signing_in import count_address
from services.identity.web.visit import SIGN_IN, Visit, open_form, open_page

RECOVERY = "/account/recovery"
CODE, PASSWORD = f"{RECOVERY}/code", f"{RECOVERY}/password"
_STAGE, _PROVEN = "recovery", "recovery-proven"
_LONGEST = 100
_SUBJECT = Text("Mật khẩu đã được đặt lại", "Your password was reset")
_WORDS = Text(
    "Một Cửa: mật khẩu của bạn vừa được đặt lại và mọi phiên đã kết thúc. Nếu không phải bạn, hãy đến bộ phận một cửa.",
    "Một Cửa: your password was just reset and all sessions ended. If it was not you, go to a one-stop desk.",
)


def show(visit: Visit, **values: Any) -> Answer:
    return visit.show("recovery.html", **values)


def begin(visit: Visit) -> Answer:
    count_address(visit, address_limits.CODE)
    identifier = usernames.canonical(visit.typed("identifier")[:_LONGEST])
    if not identifier:
        return show(visit, status=422, errors={"identifier": ("Hãy điền mục này.", "Fill this in.")})
    account = _find(identifier, visit)
    to = codes.contact_of(account.phone, account.email) if account else None
    holder = visit.vault.digest(f"recovery:{identifier}")
    try:
        codes.send(holder, _STAGE, to, visit.work, visit.vault)
    except ServiceError as error:
        return show(
            visit, status=error.status, errors={"identifier": (error.detail("vi"), error.detail("en"))}
        )
    ceremonies.begin(visit, _STAGE, account.id if account else None, holder=holder)
    return visit.to(CODE)


def _find(identifier: str, visit: Visit) -> Account | None:
    # Businesses have no password: persons act for them.
    wanted = select(Account).where(Account.identifier_digest == identifier, Account.kind != "business")
    return visit.work.session.scalars(wanted).one_or_none()


def show_code(visit: Visit, **values: Any) -> Answer:
    if ceremonies.current(visit, _STAGE) is None:
        return visit.to(RECOVERY)
    return visit.show("sent_code.html", action=CODE, sign_up=False, **values)


def prove(visit: Visit) -> Answer:
    count_address(visit, address_limits.CODE)
    ceremony = ceremonies.current(visit, _STAGE)
    if ceremony is None:
        return visit.to(RECOVERY)
    try:
        codes.check(ceremony.kept["holder"], _STAGE, visit.typed("code"), visit.work, visit.vault)
        if ceremony.account is None:
            raise WrongFactor
    except WrongFactor as error:
        return show_code(visit, status=422, errors={"code": (error.detail("vi"), error.detail("en"))})
    ceremonies.taken(visit, _STAGE)
    ceremonies.begin(visit, _PROVEN, ceremony.account)
    return visit.to(PASSWORD)


def show_password(visit: Visit, **values: Any) -> Answer:
    ceremony = ceremonies.current(visit, _PROVEN)
    if ceremony is None:
        return visit.to(RECOVERY)
    second = factors.of(str(ceremony.account), visit.work).second
    least = passwords.MIN_LENGTH_WITH_SECOND if second else passwords.MIN_LENGTH
    return visit.show("new_password.html", least=least, **values)


def set_password(visit: Visit) -> Answer:
    ceremony = ceremonies.current(visit, _PROVEN)
    if ceremony is None:
        return visit.to(RECOVERY)
    account = visit.work.session.get_one(Account, ceremony.account)
    new = visit.typed("new_password")
    second = factors.of(account.id, visit.work).second
    problem = changing.password_problem(new, account, second=second)
    if problem is not None:
        return show_password(visit, status=422, errors={"new_password": (problem.vi, problem.en)})
    ceremonies.taken(visit, _PROVEN)
    changing.set_password(account, new, visit.work, visit.vault)
    devices.forget_all(account.id, visit.work)
    codes.tell(account, _SUBJECT, _WORDS, visit.work)
    return visit.to(SIGN_IN, notice="password-set")


ROUTES = {
    RECOVERY: {"GET": open_page(show), "POST": open_form(begin)},
    CODE: {"GET": open_page(show_code), "POST": open_form(prove)},
    PASSWORD: {"GET": open_page(show_password), "POST": open_form(set_password)},
}
