"""The authorization endpoint, the endpoint that takes pushed requests, and the way back from the pages."""

from authlib.oauth2.rfc6749 import (
    AccessDeniedError,
    InvalidClientError,
    InvalidRequestError,
    OAuth2Error,
    UnsupportedResponseTypeError,
)
from authlib.oidc.core.errors import (
    InvalidRequestURIError,
    RequestNotSupportedError,
    RequestURINotSupportedError,
)

from services.identity.oidc import asking, clients, keyring, pending, responses
from services.identity.oidc.clients import Registered
from services.identity.oidc.deciding import decide, finish
from services.identity.oidc.parameters import Parameters
from services.identity.oidc.server import ProtocolRequest, Server, form_request, refused
from services.identity.web.http import FORM, Answer, Request, json
from services.identity.web.site import Site


def authorize(request: Request, site: Site) -> Answer:
    posted = request.method == "POST"
    if posted and request.content_type != FORM:
        return responses.error_page(InvalidRequestError("The request is a form."), request, site)
    given = Parameters.of(request.form_pairs if posted else request.query_pairs)
    if (given.get("request_uri") or "").startswith(pending.URN):
        return _pushed(given, request, site)
    try:
        client = _client(given, site)
        address = _redirect_uri(given, client)
    except OAuth2Error as error:
        return responses.error_page(error, request, site)
    kept = _kept(given) | {"client_id": client.client_id, "redirect_uri": address}
    try:
        if client.row.par_only:
            raise InvalidRequestError("This client pushes its authorization requests.")
        _check(given, kept, site)
    except OAuth2Error as error:
        return responses.error_to_client(kept, error, request, site)
    return decide(pending.keep(kept, site.work), request, site)


def push(request: Request, site: Site) -> Answer:
    """RFC 9126: the same request, sent by the client itself, who is told a name for it."""
    protocol = None
    try:
        protocol = form_request(request)
        client = Server(site).authenticate_client(protocol, clients.AUTH_METHODS, "par")
        given = Parameters.of(request.form_pairs)
        if "request_uri" in given.values:
            raise InvalidRequestError("A request_uri cannot be pushed.")
        address = _redirect_uri(given, client)
        kept = _kept(given) | {"client_id": client.client_id, "redirect_uri": address}
        _check(given, kept, site)
    except OAuth2Error as error:
        return refused(error, "par", request, site, protocol)
    waiting = pending.keep(kept, site.work, pushed=True)
    lives = int(pending.PUSHED_WAITS.total_seconds())
    return json({"request_uri": pending.URN + waiting.id, "expires_in": lives}, status=201)


def go_on(request: Request, site: Site) -> Answer:
    """Back from a page; `cancel` says that the person gave up."""
    waiting = pending.find(request.arguments.get("request", ""), site.work)
    if waiting is None:
        return responses.error_page(InvalidRequestError("The request is over or too old."), request, site)
    if "cancel" in request.arguments:
        return finish(waiting, AccessDeniedError(), request, site)
    return decide(waiting, request, site)


def _pushed(given: Parameters, request: Request, site: Site) -> Answer:
    waiting = pending.take_pushed(given.get("request_uri") or "", given.get("client_id"), site.work)
    if waiting is None:
        error = InvalidRequestURIError("There is no such request, or it was used or is too old.")
        return responses.error_page(error, request, site)
    return decide(waiting, request, site)


def _client(given: Parameters, site: Site) -> Registered:
    client_id = given.get("client_id")
    client = clients.find(client_id, site.work) if client_id else None
    if client is None:
        raise InvalidClientError("There is no such client.")
    return client


def _redirect_uri(given: Parameters, client: Registered) -> str:
    address = given.get("redirect_uri")
    if address is None or not client.check_redirect_uri(address):
        raise InvalidRequestError("The redirect_uri is not one of the client's.")
    return address


def _kept(given: Parameters) -> dict[str, str]:
    kept = {name: value for name in asking.KNOWN if (value := given.get(name)) is not None}
    if kept.get("response_mode") not in (None, *asking.RESPONSE_MODES):
        del kept["response_mode"]
    return kept


def _check(given: Parameters, kept: dict[str, str], site: Site) -> None:
    """Raises what is wrong with a request whose client and address are right."""
    given.require_sound()
    if "request" in given.values:
        raise RequestNotSupportedError
    if "request_uri" in given.values:
        raise RequestURINotSupportedError
    if given.get("registration"):
        raise InvalidRequestError("Clients are registered by operators.", error="registration_not_supported")
    if "response_type" not in kept:
        raise InvalidRequestError("The response_type is missing.")
    if kept["response_type"] != "code":
        raise UnsupportedResponseTypeError(kept["response_type"])
    if given.get("response_mode") not in (None, *asking.RESPONSE_MODES):
        raise InvalidRequestError("This response_mode is not supported.")
    if kept.get("response_mode") == "form_post" and not kept["redirect_uri"].startswith(
        ("http://", "https://")
    ):
        raise InvalidRequestError("A form is posted to web addresses only.")
    Server(site).get_consent_grant(ProtocolRequest("GET", kept))
    asking.read(kept)
    hint = kept.get("id_token_hint")
    if hint is not None and keyring.read(hint, site.work) is None:
        raise InvalidRequestError("The id_token_hint is not one of ours.")
