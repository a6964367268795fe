"""Signing out at a client's wish (OpenID Connect RP-Initiated Logout 1.0)."""

from typing import Any

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Error
from authlib.oidc.rpinitiated import EndSessionEndpoint

from services.identity import audit, ending
from services.identity.oidc import forms, keyring, pending, responses, subjects
from services.identity.oidc.parameters import Parameters
from services.identity.oidc.server import ProtocolRequest, Server
from services.identity.tables import Session
from services.identity.web import browsing
from services.identity.web.http import FORM, Answer, Request, redirect
from services.identity.web.rendering import page
from services.identity.web.site import Site

_PURPOSE = "logout"
_KEPT = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state", "logout_hint", "ui_locales")


class _EndSession(EndSessionEndpoint):  # type: ignore[misc]
    def _validate_id_token_hint(self, id_token_hint: str) -> dict[str, Any]:
        claims = keyring.read(id_token_hint, self.server.site.work)
        if claims is None:
            raise InvalidRequestError("The id_token_hint is not one of ours.")
        return claims

    def is_post_logout_redirect_uri_legitimate(self, *_: Any) -> bool:
        # Without a hint the person is asked first, and so confirms where it leads.
        return True


def logout(request: Request, site: Site) -> Answer:
    posted = request.method == "POST"
    if posted and request.content_type != FORM:
        return _refused(InvalidRequestError("The request is a form."), request, site)
    given = Parameters.of(request.form_pairs if posted else request.query_pairs)
    try:
        given.require_sound()
        wanted = _EndSession(Server(site)).validate_request(ProtocolRequest("GET", given.values))
        if wanted.client is None and (given.get("client_id") or wanted.id_token_claims):
            raise InvalidRequestError("There is no such client.")
        if given.get("post_logout_redirect_uri") and wanted.redirect_uri is None:
            raise InvalidRequestError("The post_logout_redirect_uri is not one of the client's.")
    except OAuth2Error as error:
        return _refused(error, request, site)
    session = browsing.current(request, site)
    if session is None:
        return _signed_out(wanted, request, site)
    if not _is_meant(wanted, session, site) and not (
        posted and given.get("decision") and forms.is_ours(request, _PURPOSE, session, site)
    ):
        return _ask(given, wanted, session, request, site)
    ending.end(session, "signed-out", site.work)
    audit.record(
        site.work,
        "logout",
        "ok",
        client=wanted.client.client_id if wanted.client else None,
        account=session.account,
        address=request.address,
        vault=site.vault,
    )
    return browsing.forget(_signed_out(wanted, request, site), site)


def _is_meant(wanted: Any, session: Session, site: Site) -> bool:
    """Whether the hint is an ID token of this very session: then the client knows whom it signs out."""
    if wanted.id_token_claims is None or wanted.client is None:
        return False
    expected = subjects.session_id(session.id, wanted.client.client_id, site.vault)
    return bool(wanted.id_token_claims.get("sid") == expected)


def _ask(given: Parameters, wanted: Any, session: Session, request: Request, site: Site) -> Answer:
    row = wanted.client.row if wanted.client else None
    return page(
        "oidc_logout.html",
        request.language,
        leads_to=(pending.origin(wanted.redirect_uri),) if wanted.redirect_uri else (),
        client=(row.name_en if request.language == "en" else row.name) if row else "",
        fields={name: value for name in _KEPT if (value := given.get(name)) is not None},
        token=forms.token(_PURPOSE, session, site),
    )


def _signed_out(wanted: Any, request: Request, site: Site) -> Answer:
    if wanted.redirect_uri:
        return redirect(wanted.redirect_uri)
    return page("oidc_signed_out.html", request.language)


def _refused(error: OAuth2Error, request: Request, site: Site) -> Answer:
    return responses.error_page(error, request, site, "logout")
