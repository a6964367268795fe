"""Signing in: identifier and password, and a second factor wherever there is one."""

from typing import Any

from chassis.errors import ServiceError
from services.identity import address_limits, address_tries, assurance, factors, metrics, passkeys, usernames
from services.identity.address_limits import Limit
from services.identity.errors import WrongFactor
from services.identity.tables import Account
from services.identity.usecases import proving
from services.identity.web import ceremonies, finishing
from services.identity.web.http import Answer
from services.identity.web.visit import SIGN_IN, Visit, open_form, open_page

SECOND = "/account/second-factor"
#: The password was right; under way to the second factor.
PASSWORD_PROVEN = "password-proven"  # noqa: S105 - a stage
_LONGEST_IDENTIFIER, _LONGEST_SECRET = 100, 1024


def show(visit: Visit) -> Answer:
    if visit.session is not None and not visit.request_id and "again" not in visit.request.arguments:
        return visit.onward()
    hint = str(visit.wishes.get("login_hint") or "")[:_LONGEST_IDENTIFIER]
    return _form(visit, typed={"identifier": hint}, notice=visit.request.arguments.get("notice", ""))


def _form(visit: Visit, **values: Any) -> Answer:
    return visit.show("sign_in.html", passkeys=passkeys.possible(visit.site.issuer), **values)


def sign_in(visit: Visit) -> Answer:
    typed = _typed(visit)
    missing = {
        name: ("Hãy điền mục này.", "Fill this in.")
        for name in ("identifier", "password")
        if not visit.typed(name)
    }
    if missing:
        return _form(visit, status=422, errors=missing, typed={"identifier": typed.identifier})
    count_address(visit)
    try:
        count_address(visit, address_limits.SIGN_IN_ONE, usernames.canonical(typed.identifier))
        account = proving.password(typed, visit.work, visit.vault)
        return _on(visit, account)
    except ServiceError as error:
        metrics.SIGN_INS.labels("unknown", error.code).inc()
        return _form(
            visit,
            status=error.status,
            errors={"identifier": (_in_vietnamese(error), error.detail("en"))},
            typed={"identifier": typed.identifier},
        )


def _in_vietnamese(error: ServiceError) -> str:
    return error.detail("vi")


def _typed(visit: Visit) -> proving.Typed:
    return proving.Typed(
        visit.typed("identifier").strip()[:_LONGEST_IDENTIFIER],
        visit.typed("password")[:_LONGEST_SECRET],
        device=visit.device,
    )


def count_address(visit: Visit, limit: Limit = address_limits.SIGN_IN, about: str = "") -> None:
    """Raises TooManyFromAddress."""
    factor = visit.site.settings.address_factor
    address_tries.count_one(limit, visit.request.address, factor, visit.work, visit.vault, about)


def _on(visit: Visit, account: Account) -> Answer:
    if factors.of(account.id, visit.work).second:
        ceremonies.begin(visit, PASSWORD_PROVEN, account.id)
        return visit.to(SECOND)
    return finishing.finish(visit, account, assurance.combined(assurance.PASSWORD))


def show_second(visit: Visit) -> Answer:
    ceremony = ceremonies.current(visit, PASSWORD_PROVEN)
    return visit.to(SIGN_IN) if ceremony is None else _second_form(visit, str(ceremony.account))


def _second_form(visit: Visit, account: str, **values: Any) -> Answer:
    have = factors.of(account, visit.work)
    usable = have.passkeys > 0 and passkeys.possible(visit.site.issuer)
    return visit.show("second_factor.html", have=have, passkeys=usable, **values)


def second(visit: Visit) -> Answer:
    ceremony = ceremonies.current(visit, PASSWORD_PROVEN)
    if ceremony is None:
        return visit.to(SIGN_IN)
    count_address(visit)
    account = visit.work.session.get_one(Account, ceremony.account)
    try:
        methods = proving.code(account, visit.typed("code"), visit.work, visit.vault, visit.device)
    except ServiceError as error:
        metrics.SIGN_INS.labels(account.kind, error.code).inc()
        shown = {"code": (error.detail("vi"), error.detail("en"))}
        status = 422 if isinstance(error, WrongFactor) else error.status
        return _second_form(visit, account.id, status=status, errors=shown)
    ceremonies.taken(visit, PASSWORD_PROVEN)
    return finishing.finish(visit, account, assurance.combined(assurance.PASSWORD, methods))


ROUTES = {
    SIGN_IN: {"GET": open_page(show), "POST": open_form(sign_in)},
    SECOND: {"GET": open_page(show_second), "POST": open_form(second)},
}
