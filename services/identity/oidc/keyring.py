"""The provider's keys: signing what clients get, and knowing again what it signed."""

from typing import Any

import orjson
from authlib.oauth2.rfc6749 import OAuth2Error
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from chassis.work import Work
from services.identity import key_schedule
from services.identity.usecases import keys
from services.identity.vault import Vault


def sign(claims: dict[str, Any], algorithm: str, work: Work, vault: Vault, **header: str) -> str:
    key = key_schedule.signing(keys.alive("provider", work, algorithm), work.clock.now())
    if key is None:
        raise OAuth2Error("There is no key yet.", error="temporarily_unavailable", status_code=503)
    return vault.sign(claims, key.kid, key.sealed_key, alg=algorithm, **header)


def key_set(work: Work) -> dict[str, Any]:
    """Every key a token that counts can have been signed with, and the next ones."""
    return {"keys": [key.public_jwk for key in keys.alive("provider", work)]}


def read(token: str, work: Work) -> dict[str, Any] | None:
    """What a token of ours says, however old, or None when it is not ours."""
    try:
        known = KeySet.import_key_set(key_set(work))  # type: ignore[arg-type]
        signed = jws.deserialize_compact(token, known, algorithms=list(keys.PROVIDER_ALGORITHMS))
        claims = orjson.loads(signed.payload)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return claims if isinstance(claims, dict) else None
