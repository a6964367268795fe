"""What this provider says of itself (OpenID Connect Discovery 1.0, RFC 8414)."""

from typing import Any

from services.identity.oidc import asking, scopes
from services.identity.oidc.assertions import ALGORITHMS
from services.identity.oidc.clients import AUTH_METHODS, PUBLIC
from services.identity.oidc.levels import LEVELS
from services.identity.usecases.keys import PROVIDER_ALGORITHMS
from services.identity.web.http import Answer, Request, json
from services.identity.web.site import Site

_CONFIDENTIAL = [method for method in AUTH_METHODS if method != PUBLIC]


def configuration(request: Request, site: Site) -> Answer:
    answer = json(metadata(site.issuer), cache="public, max-age=300")
    return answer.with_header("access-control-allow-origin", "*")


def metadata(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "pushed_authorization_request_endpoint": f"{issuer}/oauth/par",
        "token_endpoint": f"{issuer}/oauth/token",
        "userinfo_endpoint": f"{issuer}/oauth/userinfo",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "introspection_endpoint": f"{issuer}/oauth/introspect",
        "end_session_endpoint": f"{issuer}/oauth/logout",
        "jwks_uri": f"{issuer}/oauth/jwks",
        "scopes_supported": list(scopes.SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": list(asking.RESPONSE_MODES),
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "acr_values_supported": list(LEVELS),
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": list(PROVIDER_ALGORITHMS),
        "token_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "revocation_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "revocation_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "introspection_endpoint_auth_methods_supported": _CONFIDENTIAL,
        "introspection_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "code_challenge_methods_supported": ["S256"],
        "claim_types_supported": ["normal"],
        "claims_supported": ["sub", *scopes.ABOUT_SIGN_IN, *scopes.SCOPE_OF],
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "require_pushed_authorization_requests": False,
        "authorization_response_iss_parameter_supported": True,
        "prompt_values_supported": list(asking.PROMPTS),
        "display_values_supported": ["page", "popup"],
        "ui_locales_supported": ["vi", "en"],
        "claims_locales_supported": ["vi"],
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
    }
