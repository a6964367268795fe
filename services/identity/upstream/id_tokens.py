"""Whether an ID token says what it must: OpenID Connect Core, section 3.1.3.7."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped, unused-ignore]
from joserfc import jws, jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import RSAKey

from services.identity.errors import UpstreamNotBelieved

ALGORITHM = "RS256"
#: How far the provider's clock may be off.
LEEWAY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Expected:
    issuer: str
    client_id: str
    nonce: str
    access_token: str


def verified(
    id_token: str, expected: Expected, key_of: Callable[[str], RSAKey | None], now: datetime
) -> dict[str, Any]:
    """The claims. Raises UpstreamNotBelieved with the claim, or `signature`, as its reason."""
    key = key_of(_kid(id_token))
    if key is None:
        raise UpstreamNotBelieved(reason="kid")
    try:
        token = jwt.decode(id_token, key, algorithms=[ALGORITHM])
    except (JoseError, ValueError, TypeError) as error:
        raise UpstreamNotBelieved(reason="signature") from error
    _validate(token, expected, now)
    return dict(token.claims)


def _kid(id_token: str) -> str:
    try:
        header = jws.extract_compact(id_token.encode()).headers()
    except (JoseError, ValueError, TypeError) as error:
        raise UpstreamNotBelieved(reason="id_token") from error
    kid = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(kid, str):
        raise UpstreamNotBelieved(reason="kid")
    return kid


def _validate(token: jwt.Token, expected: Expected, now: datetime) -> None:
    claims = CodeIDToken(
        token.claims,
        token.header,
        options={
            "iss": {"essential": True, "value": expected.issuer},
            "aud": {"essential": True, "value": expected.client_id},
            "sub": {"essential": True},
            "exp": {"essential": True},
            "nonce": {"essential": True, "value": expected.nonce},
        },
        params={
            "client_id": expected.client_id,
            "nonce": expected.nonce,
            "access_token": expected.access_token,
        },
    )
    try:
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_SECONDS)
    except ClaimError as error:
        raise UpstreamNotBelieved(reason=error.claim) from error
    except JoseError as error:
        raise UpstreamNotBelieved(reason="exp" if error.error == "expired_token" else error.error) from error
    except (ValueError, TypeError) as error:
        raise UpstreamNotBelieved(reason="claims") from error
