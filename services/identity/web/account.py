"""My account: what there is, where I am signed in, and ending it."""

from typing import Any

from sqlalchemy import select

from chassis.errors import NotFound
from services.identity import devices, ending, factors, passkeys, token_lifetimes
from services.identity.tables import Session
from services.identity.web import browsing, consenting
from services.identity.web.http import Answer
from services.identity.web.visit import HOME, SIGN_IN, Visit, open_form, open_page, own_form, own_page

SESSIONS, DEVICES, CONSENTS = "/account/sessions", "/account/devices", "/account/consents"
SIGN_OUT, EVERYWHERE = "/account/sign-out", "/account/sign-out-everywhere"


def home(visit: Visit) -> Answer:
    assert visit.session is not None
    return visit.show(
        "account.html",
        account=visit.account,
        session=visit.session,
        have=factors.of(visit.account.id, visit.work),
        passkeys_possible=passkeys.possible(visit.site.issuer),
        notice=visit.request.arguments.get("notice", ""),
    )


def sessions(visit: Visit) -> Answer:
    assert visit.session is not None
    return visit.show("sessions.html", sessions=_open_sessions(visit), this=visit.session.id)


def _open_sessions(visit: Visit) -> list[Session]:
    now = visit.work.clock.now()
    wanted = select(Session).where(
        Session.account == visit.account.id,
        Session.ended_at.is_(None),
        Session.ends_at > now,
        # An app shows it is there when it refreshes its access token, a browser with every page.
        Session.last_used_at > now - token_lifetimes.IDLE - token_lifetimes.ACCESS,
    )
    return list(visit.work.session.scalars(wanted.order_by(Session.signed_in_at.desc())))


def end_session(visit: Visit) -> Answer:
    if not ending.end_one(own_id(visit), visit.account.id, "ended-by-owner", visit.work):
        raise NotFound
    return visit.to(SESSIONS)


def own_id(visit: Visit) -> str:
    """An id as we write them; anything else is of nothing."""
    typed = visit.typed("id")
    if len(typed) != 36 or any(c not in "0123456789abcdef-" for c in typed):
        raise NotFound
    return typed


def own_devices(visit: Visit) -> Answer:
    here = devices.digest(visit.device) if visit.device else ""
    return visit.show("devices.html", devices=devices.of(visit.account.id, visit.work), here=here)


def forget_device(visit: Visit) -> Answer:
    if not devices.forget(own_id(visit), visit.account.id, visit.work):
        raise NotFound
    return visit.to(DEVICES)


def consents(visit: Visit) -> Answer:
    return visit.show("consents.html", consents=consenting.of(visit.account.id, visit.work))


def revoke_consent(visit: Visit) -> Answer:
    if not consenting.revoke(visit.account.id, visit.typed("client"), visit.work):
        raise NotFound
    return visit.to(CONSENTS)


def ask_sign_out(visit: Visit) -> Answer:
    return visit.show("sign_out.html") if visit.session is not None else visit.to(SIGN_IN)


def sign_out(visit: Visit) -> Answer:
    if visit.session is not None:
        ending.end(visit.session, "signed-out", visit.work)
    return _signed_out(visit, "signed-out")


def sign_out_everywhere(visit: Visit) -> Answer:
    ending.end_all(visit.account.id, "signed-out-everywhere", visit.work)
    return _signed_out(visit, "signed-out-everywhere")


def _signed_out(visit: Visit, notice: str) -> Answer:
    return browsing.forget(visit.to(SIGN_IN, notice=notice), visit.site)


ROUTES: dict[str, dict[str, Any]] = {
    HOME: {"GET": own_page(home)},
    SESSIONS: {"GET": own_page(sessions), "POST": own_form(end_session)},
    DEVICES: {"GET": own_page(own_devices), "POST": own_form(forget_device)},
    CONSENTS: {"GET": own_page(consents), "POST": own_form(revoke_consent)},
    SIGN_OUT: {"GET": open_page(ask_sign_out), "POST": open_form(sign_out)},
    EVERYWHERE: {"POST": own_form(sign_out_everywhere)},
}
