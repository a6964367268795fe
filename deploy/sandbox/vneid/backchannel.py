"""What the client's server meets: metadata, keys, tokens, claims."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.sandbox.vneid import faults
from deploy.sandbox.vneid.persons import PERSONS
from deploy.sandbox.vneid.provider import TOKEN_SECONDS, Client, provider

_NOT_CACHED = {"cache-control": "no-store"}


@faults.at("discovery")
async def discovery(_: Request) -> Response:
    client = Client.from_environment()
    return JSONResponse(
        {
            "issuer": client.issuer,
            "authorization_endpoint": f"{client.issuer}/authorize",
            "token_endpoint": f"{client.api_url}/token",
            "userinfo_endpoint": f"{client.api_url}/userinfo",
            "jwks_uri": f"{client.api_url}/jwks",
            "end_session_endpoint": f"{client.issuer}/logout",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid"],
            "claims_supported": list(next(iter(PERSONS.values())).claims()),
            "authorization_response_iss_parameter_supported": True,
        }
    )


@faults.at("jwks")
async def jwks(_: Request) -> Response:
    return JSONResponse(provider().key_set())


@faults.at("token")
async def token(request: Request) -> Response:
    """Tokens for a code, used up by the first try."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    client = Client.from_environment()
    if not client.is_known_by(*_credentials(request, form)):
        return _refused("invalid_client", 401)
    if form.get("grant_type") != "authorization_code":
        return _refused("unsupported_grant_type")
    grant = provider().spend_code(form.get("code", ""))
    proven = grant is not None and grant.is_proven_by(form.get("code_verifier", ""))
    if grant is None or not proven or form.get("redirect_uri") != client.redirect_uri:
        return _refused("invalid_grant")
    access_token = provider().new_token(grant.person)
    answer: dict[str, Any] = {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": TOKEN_SECONDS,
        "scope": grant.scope,
        "id_token": provider().id_token(grant, access_token, faults.current["wrong"]),
    }
    return JSONResponse(answer, headers=_NOT_CACHED)


def _credentials(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return unquote_plus(client_id), unquote_plus(secret)


def _refused(error: str, status: int = 400) -> Response:
    return JSONResponse({"error": error}, status, headers=_NOT_CACHED)


@faults.at("userinfo")
async def userinfo(request: Request) -> Response:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    person = provider().person_of(given) if scheme.lower() == "bearer" else None
    if person is None:
        return JSONResponse({"error": "invalid_token"}, 401, headers={"www-authenticate": "Bearer"})
    claims = person.claims()
    if faults.current["wrong"] == "claims":
        claims = {"sub": claims["sub"], "HoVaTen": claims["HoVaTen"]}
    if faults.current["wrong"] == "sub":
        claims["sub"] = "vneid-somebody-else"
    issuer = Client.from_environment().issuer
    addresses = {"userProfileUri": f"{issuer}/userinfo", "logoutUri": f"{issuer}/logout"}
    return JSONResponse(claims | addresses, headers=_NOT_CACHED)


routes = [
    Route("/vneid/.well-known/openid-configuration", discovery, methods=["GET"]),
    Route("/vneid/jwks", jwks, methods=["GET"]),
    Route("/vneid/token", token, methods=["POST"]),
    Route("/vneid/userinfo", userinfo, methods=["GET"]),
]
