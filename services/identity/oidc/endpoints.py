"""The endpoints that clients call themselves: tokens, and what is known of them."""

from typing import Any

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Error
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from services.identity import audit, metrics
from services.identity.oidc import claims, clients, keyring, subjects, tokens
from services.identity.oidc.clients import Registered
from services.identity.oidc.server import Server, failed, form_request, refused
from services.identity.oidc.tables import Client, ClientGrant, ClientToken
from services.identity.tables import Account
from services.identity.web.http import FORM, Answer, Request, json
from services.identity.web.site import Site


class Shown:
    """A token that a client shows, as Authlib asks it."""

    def __init__(self, token: ClientToken, grant: ClientGrant, counts: bool) -> None:
        self.token, self.grant, self.counts = token, grant, counts

    def check_client(self, client: Registered) -> bool:
        return bool(self.grant.client == client.client_id)

    def is_expired(self) -> bool:
        return not self.counts

    def is_revoked(self) -> bool:
        return not self.counts


class _TokenEndpoint:
    CLIENT_AUTH_METHODS: tuple[str, ...] = clients.AUTH_METHODS
    server: Any

    def check_params(self, request: Any, client: Registered) -> None:
        # RFC 7009, 2.1: a hint that is not understood is ignored.
        if not request.form.get("token"):
            raise InvalidRequestError("The token is missing.")

    def query_token(self, token_string: str, token_type_hint: str | None) -> Shown | None:
        work = self.server.site.work
        found = tokens.find(token_string, work)
        return Shown(*found, tokens.counts(*found, work)) if found else None


class Revocation(_TokenEndpoint, RevocationEndpoint):  # type: ignore[misc]
    def revoke_token(self, token: Shown, request: Any) -> None:
        work = self.server.site.work
        if token.token.kind == "refresh":
            tokens.end(token.grant, "revoked-by-client", work)
        elif token.counts:
            token.token.expires_at = work.clock.now()


class Introspection(_TokenEndpoint, IntrospectionEndpoint):  # type: ignore[misc]
    CLIENT_AUTH_METHODS = tuple(method for method in clients.AUTH_METHODS if method != clients.PUBLIC)

    def check_permission(self, token: Shown, client: Registered, request: Any) -> bool:
        return token.check_client(client)

    def introspect_token(self, shown: Shown) -> dict[str, Any]:
        site, grant = self.server.site, shown.grant
        account = site.work.session.get_one(Account, grant.account)
        client = site.work.session.get_one(Client, grant.client)
        return {
            "active": True,
            "iss": site.issuer,
            "client_id": grant.client,
            "aud": grant.client,
            "sub": subjects.of(account, client, site.vault),
            "scope": " ".join(shown.token.scopes),
            "token_type": "Bearer" if shown.token.kind == "access" else "refresh_token",
            "iat": int(shown.token.issued_at.timestamp()),
            "exp": int(shown.token.expires_at.timestamp()),
            "auth_time": int(grant.authenticated_at.timestamp()),
            "acr": grant.acr,
        }


def token(request: Request, site: Site) -> Answer:
    protocol, server = None, Server(site)
    try:
        protocol = form_request(request)
        if not protocol.payload.grant_type:
            raise InvalidRequestError("The grant_type is missing.")
        grant = server.get_token_grant(protocol)
        grant.validate_token_request()
        status, answer, headers = grant.create_token_response()
    except OAuth2Error as error:
        metrics.CLIENT_TOKENS.labels(str(error.error)).inc()
        return refused(error, "token", request, site, protocol)
    metrics.CLIENT_TOKENS.labels("ok").inc()
    return server.handle_response(status, answer, headers)


def revoke(request: Request, site: Site) -> Answer:
    return _answered(Revocation, "revoke", request, site)


def introspect(request: Request, site: Site) -> Answer:
    return _answered(Introspection, "introspect", request, site)


def _answered(endpoint: type[Any], what: str, request: Request, site: Site) -> Answer:
    server, protocol = Server(site), None
    try:
        protocol = form_request(request)
        status, answer, headers = endpoint(server).create_endpoint_response(protocol)
    except OAuth2Error as error:
        return refused(error, what, request, site, protocol)
    return server.handle_response(status, answer, headers)


def userinfo(request: Request, site: Site) -> Answer:
    try:
        value = _bearer(request)
    except InvalidRequestError as error:
        return _unwelcome(400, error, request, site)
    if value is None:
        # RFC 6750, 3.1: who brings no token is told no more than that one is needed.
        return json({}, 401).with_header("www-authenticate", "Bearer").with_header(*_FOR_ALL)
    found = tokens.find(value, site.work)
    counted = found is not None and found[0].kind == "access" and tokens.counts(*found, site.work)
    client = clients.find(found[1].client, site.work) if found and counted else None
    if found is None or client is None:
        unknown = OAuth2Error("The access token counts no longer.", error="invalid_token")
        return _unwelcome(401, unknown, request, site)
    token, grant = found
    account = site.work.session.get_one(Account, grant.account)
    names = claims.allowed(grant, token.scopes, "userinfo", client.row.scopes)
    told = claims.about(account, grant.acr, names, site.work)
    sub = subjects.of(account, client.row, site.vault)
    return json({"sub": sub} | told).with_header(*_FOR_ALL)


_FOR_ALL = ("access-control-allow-origin", "*")


def _bearer(request: Request) -> str | None:
    """The token from the head or from a posted form, but not from both."""
    scheme, _, value = request.header("authorization").partition(" ")
    by_head = value.strip() if scheme.lower() == "bearer" else ""
    form = request.form_pairs if request.method == "POST" and request.content_type == FORM else []
    by_form = [value for name, value in form if name == "access_token"]
    if len(by_form) + bool(by_head) > 1:
        raise InvalidRequestError("The token was sent more than once.")
    return by_head or (by_form[0] if by_form else None)


def _unwelcome(status: int, error: OAuth2Error, request: Request, site: Site) -> Answer:
    audit.record(site.work, "userinfo", str(error.error), address=request.address, vault=site.vault)
    said = failed(error)
    words = ", ".join(f'{name}="{value}"' for name, value in said.items())
    return json(said, status).with_header("www-authenticate", f"Bearer {words}").with_header(*_FOR_ALL)


def jwks(request: Request, site: Site) -> Answer:
    return json(keyring.key_set(site.work), cache="public, max-age=300").with_header(*_FOR_ALL)
