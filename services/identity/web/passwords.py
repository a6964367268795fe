"""Changing one's password."""

from typing import Any

from chassis.errors import ServiceError
from services.identity import factors, passwords
from services.identity.usecases import factors as changing
from services.identity.usecases import proving
from services.identity.web import browsing
from services.identity.web.freshness import PASSWORD
from services.identity.web.http import Answer
from services.identity.web.visit import HOME, Visit, own_form, own_page


def show(visit: Visit, **values: Any) -> Answer:
    return visit.show("password.html", least=least(visit), identifier=visit.account.identifier, **values)


def least(visit: Visit) -> int:
    second = factors.of(visit.account.id, visit.work).second
    return passwords.MIN_LENGTH_WITH_SECOND if second else passwords.MIN_LENGTH


def change(visit: Visit) -> Answer:
    session = visit.session
    assert session is not None
    account, new = visit.account, visit.typed("new_password")
    second = factors.of(account.id, visit.work).second
    problem = changing.password_problem(new, account, second=second)
    if problem is not None:
        return show(visit, status=422, errors={"new_password": (problem.vi, problem.en)})
    try:
        proving.own_password(account, visit.typed("password"), visit.device, visit.work, visit.vault)
    except ServiceError as error:
        return show(visit, status=error.status, errors={"password": (error.detail("vi"), error.detail("en"))})
    changing.set_password(account, new, visit.work, visit.vault, keep=session.id)
    value = browsing.lift(session, session.acr, session.amr, visit.work)
    return browsing.remember(visit.to(HOME, notice="password-changed"), value, visit.site)


ROUTES = {PASSWORD: {"GET": own_page(show), "POST": own_form(change)}}
