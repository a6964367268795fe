"""Authlib's authorization server over our tables: one for each request."""

import base64
import binascii
from typing import Any

import orjson
from authlib.oauth2.rfc6749 import AuthorizationServer, InvalidRequestError, OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload

from services.identity import audit
from services.identity.oidc import clients
from services.identity.oidc.assertions import METHOD as PRIVATE_KEY_JWT
from services.identity.oidc.assertions import PrivateKeyJwt
from services.identity.oidc.grants import CodeGrant, IdToken, Pkce, RefreshGrant
from services.identity.oidc.parameters import Parameters
from services.identity.web.http import FORM, Answer, Request
from services.identity.web.site import Site

_READABLE = {*range(0x20, 0x7F)} - {0x22, 0x5C}


class ProtocolRequest(OAuth2Request):  # type: ignore[misc]
    """The parameters of a request as Authlib reads them."""

    def __init__(self, method: str, parameters: dict[str, str], authorization: str = "") -> None:
        # TLS ends in front of us: what the address begins with says nothing here.
        super().__init__(method, "https://localhost/", headers={"Authorization": authorization})
        self.payload = BasicOAuth2Payload(parameters)
        #: The grant that a code or refresh token led to.
        self.grant: Any = None

    @property
    def form(self) -> dict[str, str]:
        return dict(self.payload.data)


class Server(AuthorizationServer):  # type: ignore[misc]
    def __init__(self, site: Site) -> None:
        super().__init__()
        self.site = site
        self.register_grant(CodeGrant, [Pkce(), IdToken(site)])
        self.register_grant(RefreshGrant, [IdToken(site)])
        self.register_client_auth_method(PRIVATE_KEY_JWT, PrivateKeyJwt(site))
        self.register_client_auth_method(clients.PUBLIC, _unproven)

    def query_client(self, client_id: str) -> clients.Registered | None:
        return clients.find(client_id, self.site.work)

    def create_oauth2_request(self, request: Any) -> ProtocolRequest:
        return request if isinstance(request, ProtocolRequest) else form_request(request)

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def save_token(self, token: dict[str, Any], request: ProtocolRequest) -> None:
        """Done already, when it was made."""

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> Answer:
        """A result of the protocol as JSON."""
        text = orjson.dumps(body).decode() if isinstance(body, dict) else body
        kept = [(name, value) for name, value in headers if name.lower() == "www-authenticate"]
        return Answer(
            status,
            text,
            [
                ("content-type", "application/json"),
                ("cache-control", "no-store"),
                ("pragma", "no-cache"),
                ("access-control-allow-origin", "*"),
                *kept,
            ],
        )

    def authenticate_client(self, request: Any, methods: Any, endpoint: str = "token") -> Any:
        client = super().authenticate_client(request, methods, endpoint)
        request.client = client
        if request.payload.client_id not in (None, client.client_id):
            raise InvalidRequestError("The client_id is not that of the client.")
        return client


def _unproven(query_client: Any, request: ProtocolRequest) -> clients.Registered | None:
    """A public client just says its name; a proof that was refused is not overlooked."""
    proofs = (request.headers["Authorization"], request.form.get("client_assertion"))
    name = request.payload.client_id
    found: clients.Registered | None = query_client(name) if name and not any(proofs) else None
    return None if request.form.get("client_secret") else found


def form_request(request: Request) -> ProtocolRequest:
    """A request with a form to one of the endpoints that clients call. Raises InvalidRequestError."""
    if request.content_type != FORM:
        raise InvalidRequestError("The request is a form.")
    parameters = Parameters.of(request.form_pairs)
    parameters.require_sound()
    authorization = _basic(request.header("authorization"))
    ways = [authorization, parameters.get("client_secret"), parameters.get("client_assertion")]
    if sum(map(bool, ways)) > 1:
        raise InvalidRequestError("The client proves itself in more than one way.")
    return ProtocolRequest(request.method, parameters.values, authorization)


def _basic(header: str) -> str:
    """The header if it is Basic and can be read; one that cannot is none."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return "Basic Og=="
    return header


def failed(error: OAuth2Error) -> dict[str, str]:
    """An error's parameters, with only the characters RFC 6749 lets them have."""
    words = error.get_error_description() or ""
    said = "".join(char for char in words if ord(char) in _READABLE)
    return {"error": str(error.error)} | ({"error_description": said} if said else {})


def refused(
    error: OAuth2Error, what: str, request: Request, site: Site, protocol: ProtocolRequest | None
) -> Answer:
    """An error at an endpoint that clients call: as JSON, and in the audit."""
    client = protocol.client.client_id if protocol and protocol.client else None
    audit.record(site.work, what, str(error.error), client=client, address=request.address, vault=site.vault)
    by_header = error.error == "invalid_client"
    headers = [("www-authenticate", 'Basic realm="oauth"')] if by_header else []
    status = 401 if by_header else error.status_code
    return Server(site).handle_response(status, failed(error), headers)
