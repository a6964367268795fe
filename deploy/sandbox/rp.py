"""A relying party: another organisation's web site on which one signs in with Một Cửa."""

import base64
import hashlib
import os
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

_SECRET = "motcua-sandbox-secret"  # noqa: S105 - public on purpose
_KEY_NUMBER = int.from_bytes(b"motcua sandbox relying party key")
_CLIENTS = {
    "sandbox-public": "Ứng dụng trên máy (PKCE)",
    "sandbox-basic": "Ngân hàng (client_secret_basic)",
    "sandbox-jwt": "Bộ (private_key_jwt, PAR)",
}
_SCOPE = "openid profile email phone vn.identity vn.account"
_MOST = 500
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass
class _Visit:
    client: str
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))


#: Visits that have not come back, by state; and session ids that were signed out behind the scenes.
_visits: OrderedDict[str, _Visit] = OrderedDict()
_signed_out: list[str] = []


def _issuer() -> str:
    return os.environ["PUBLIC_URL"]


def _provider(endpoint: str) -> str:
    """Where this process reaches the provider, which may be elsewhere than browsers do."""
    return f"{os.environ.get('SANDBOX_EDGE_URL') or _issuer()}/oauth/{endpoint}"


def _base() -> str:
    own = os.environ.get("SANDBOX_URL") or f"http://127.0.0.1:{os.environ['SANDBOX_PORT']}"
    return f"{own}/rp"


def _key() -> ECKey:
    return ECKey.import_key(ec.derive_private_key(_KEY_NUMBER, ec.SECP256R1()))


def _page(title: str, body: str) -> HTMLResponse:
    return HTMLResponse(
        f'<!doctype html><html lang="vi"><meta charset="utf-8"><title>{title}</title>'
        f"<main><h1>{title}</h1>{body}</main></html>"
    )


async def home(_: Request) -> Response:
    buttons = "".join(
        f'<p><a href="/rp/sign-in?client={client}">Đăng nhập bằng Một Cửa: {words}</a></p>'
        for client, words in _CLIENTS.items()
    )
    return _page("Ứng dụng thử nghiệm", buttons)


async def sign_in(request: Request) -> Response:
    client = request.query_params.get("client", "sandbox-public")
    if client not in _CLIENTS:
        return _page("Không có ứng dụng này", "")
    state, visit = secrets.token_urlsafe(16), _Visit(client)
    _visits[state] = visit
    while len(_visits) > _MOST:
        _visits.popitem(last=False)
    digest = hashlib.sha256(visit.verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": client,
        "redirect_uri": f"{_base()}/callback",
        "scope": request.query_params.get("scope", _SCOPE),
        "state": state,
        "nonce": visit.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    if client == "sandbox-jwt":
        pushed = await _post("par", client, asked)
        asked = {"client_id": client, "request_uri": pushed["request_uri"]}
    return RedirectResponse(f"{_issuer()}/oauth/authorize?{urlencode(asked)}", 303)


async def callback(request: Request) -> Response:
    """The claims as JSON, after every check a client has to make."""
    answer = request.query_params
    visit = _visits.pop(answer.get("state", ""), None)
    if visit is None or answer.get("iss") != _issuer():
        return JSONResponse({"error": "not an answer to a request of ours"}, 400)
    if "error" in answer:
        return JSONResponse(dict(answer), 400)
    fields = {
        "grant_type": "authorization_code",
        "code": answer["code"],
        "redirect_uri": f"{_base()}/callback",
        "code_verifier": visit.verifier,
    }
    tokens = await _post("token", visit.client, fields)
    if "id_token" not in tokens:
        return JSONResponse(tokens, 400)
    async with httpx.AsyncClient(timeout=10) as http:
        keys = KeySet.import_key_set((await http.get(_provider("jwks"))).json())
        bearer = {"authorization": f"Bearer {tokens['access_token']}"}
        told = (await http.get(_provider("userinfo"), headers=bearer)).json()
    claims = _checked(tokens["id_token"], keys, visit)
    if claims is None or told.get("sub") != claims["sub"]:
        return JSONResponse({"error": "the ID token is not right"}, 400)
    return JSONResponse({"id_token": claims, "userinfo": told, "tokens": tokens})


def _checked(token: str, keys: KeySet, visit: _Visit) -> dict[str, Any] | None:
    rules = jwt.JWTClaimsRegistry(
        leeway=5,
        iss={"essential": True, "value": _issuer()},
        aud={"essential": True, "value": visit.client},
        nonce={"essential": True, "value": visit.nonce},
        exp={"essential": True},
    )
    try:
        claims = jwt.decode(token, keys, algorithms=["RS256", "ES256"]).claims
        rules.validate(claims)
    except JoseError:
        return None
    return dict(claims)


async def backchannel_logout(request: Request) -> Response:
    token = str((await request.form()).get("logout_token", ""))
    async with httpx.AsyncClient(timeout=10) as http:
        keys = KeySet.import_key_set((await http.get(_provider("jwks"))).json())
    try:
        claims = jwt.decode(token, keys, algorithms=["RS256", "ES256"]).claims
    except (JoseError, ValueError):
        return JSONResponse({"error": "invalid_request"}, 400)
    if claims.get("iss") != _issuer() or claims.get("aud") not in _CLIENTS or "nonce" in claims:
        return JSONResponse({"error": "invalid_request"}, 400)
    _signed_out.append(str(claims["sid"]))
    del _signed_out[:-_MOST]
    return Response(status_code=200, headers={"cache-control": "no-store"})


async def signed_out(_: Request) -> Response:
    return JSONResponse({"sids": _signed_out})


async def _post(endpoint: str, client: str, fields: dict[str, str]) -> dict[str, Any]:
    """A call to the provider, proven in the client's way."""
    fields, auth = dict(fields), None
    if client == "sandbox-public":
        fields["client_id"] = client
    elif client == "sandbox-basic":
        auth = (client, _SECRET)
    else:
        fields |= {"client_assertion_type": _ASSERTION, "client_assertion": _assertion(client)}
    async with httpx.AsyncClient(timeout=10) as http:
        if auth is None:
            answer = await http.post(_provider(endpoint), data=fields)
        else:
            answer = await http.post(_provider(endpoint), data=fields, auth=auth)
    return dict(answer.json())


def _assertion(client: str) -> str:
    now = int(time.time())
    claims = {
        "iss": client,
        "sub": client,
        "aud": _issuer(),
        "iat": now,
        "exp": now + 60,
        "jti": secrets.token_urlsafe(16),
    }
    return jwt.encode({"alg": "ES256"}, claims, _key())


routes = [
    Route("/rp", home),
    Route("/rp/sign-in", sign_in),
    Route("/rp/callback", callback),
    Route("/rp/backchannel-logout", backchannel_logout, methods=["POST"]),
    Route("/rp/signed-out", signed_out),
]
