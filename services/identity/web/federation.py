"""Signing in with the state's electronic identity (VNeID), where it is set up.

The provider is never waited for with a transaction open: what was done so far is committed first.
"""

from services.identity import assurance, linking
from services.identity.errors import UpstreamNotOffered, UpstreamSignInOver
from services.identity.outside_settings import CALLBACK_PATH
from services.identity.upstream import Upstream
from services.identity.web import ceremonies, finishing
from services.identity.web.http import Answer, redirect, with_parameters
from services.identity.web.visit import CONTINUE, HOME, Visit, open_form, open_page

_AWAY = "away-to-vneid"


def begin(visit: Visit) -> Answer:
    """Off to the provider. Raises UpstreamNotOffered, UpstreamUnavailable or UpstreamBusy."""
    upstream = _offered(visit)
    visit.work.keep_so_far()
    address, kept = upstream.begin(visit.request_id, visit.request.language)
    ceremonies.begin(visit, _AWAY, **kept)
    return visit.kept(redirect(address))


def come_back(visit: Visit) -> Answer:
    """Back from the provider, once. Raises what `Upstream.complete` and `linking.account_of` raise."""
    upstream, signed_in = _offered(visit), visit.session
    away = ceremonies.taken(visit, _AWAY)
    if away is None:
        raise UpstreamSignInOver
    visit.work.keep_so_far()
    person = upstream.complete(visit.request.arguments, away.kept)
    own = signed_in.account if signed_in is not None else None
    account = linking.account_of(person, visit.work, visit.vault, signed_in_as=own)
    methods = assurance.E_ID_BASIC if person.level == "low" else assurance.E_ID
    if person.level != "low":
        account.proofing = assurance.VERIFIED
    return finishing.finish(visit, account, methods, visit.kept(redirect(_onward(away.kept["return_to"]))))


def _onward(request_id: str) -> str:
    return with_parameters(CONTINUE, {"request": request_id}) if request_id else HOME


def _offered(visit: Visit) -> Upstream:
    if visit.site.upstream is None:
        raise UpstreamNotOffered
    return visit.site.upstream


ROUTES = {
    "/account/vneid": {"POST": open_form(begin)},
    CALLBACK_PATH: {"GET": open_page(come_back)},
}
