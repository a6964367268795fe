"""Changing how one signs in asks for a proof that is fresh: a device left open is not enough."""

from collections.abc import Callable
from datetime import timedelta

from services.identity.web.http import Answer, Request
from services.identity.web.site import Site
from services.identity.web.visit import Handler, Visit, own_form, own_page

#: login.gov's `reauthn_window` is 120 seconds, for opening such a page; who is on it has time to finish.
FRESH = timedelta(minutes=2)
STILL_FRESH = timedelta(minutes=10)
AUTHENTICATOR, PASSKEYS = "/account/authenticator", "/account/passkeys"
RECOVERY_CODES, PASSWORD = "/account/recovery-codes", "/account/password"
DESTINATIONS = frozenset({AUTHENTICATOR, PASSKEYS, RECOVERY_CODES, PASSWORD})


def _is_within(visit: Visit, span: timedelta) -> bool:
    assert visit.session is not None
    return visit.work.clock.now() - visit.session.authenticated_at <= span


def fresh_page(handler: Handler) -> Callable[[Request, Site], Answer]:
    return own_page(lambda visit: handler(visit) if _is_within(visit, FRESH) else _prove(visit))


def fresh_form(handler: Handler) -> Callable[[Request, Site], Answer]:
    return own_form(lambda visit: handler(visit) if _is_within(visit, STILL_FRESH) else _prove(visit))


def _prove(visit: Visit) -> Answer:
    path = visit.request.path
    then = next((one for one in DESTINATIONS if path == one or path.startswith(one + "/")), "")
    return visit.to("/account/step-up", then=then)
