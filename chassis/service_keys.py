"""Which service is asking: each signs with a key that it alone has, and all of them know everybody's public one."""

import json
import time
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from chassis.settings import BadSettings, Settings

ISSUER = "motcua-service"
ALGORITHM = "Ed25519"
SECONDS = 60


def public_keys(private: Mapping[str, str]) -> str:
    """SERVICE_KEYS for these SERVICE_KEYs by service: a JSON Web Key Set. Raises ValueError."""
    keys = [{"kid": service, **_imported(key).as_dict(private=False)} for service, key in private.items()]
    return json.dumps({"keys": keys}, separators=(",", ":"))


class ServiceKeys:
    """One service's own key, and the public keys of all. A key's id is its service, and what follows a full stop.

    With several keys of one service, the old and the new one are both good while a key is changed.
    """

    def __init__(self, service: str, private: str, public: str) -> None:
        self._service = service
        try:
            self._own = _imported(private)
            self._public = {key["kid"]: OKPKey.import_key(key) for key in json.loads(public)["keys"]}
        except (JoseError, ValueError, KeyError, TypeError):
            raise BadSettings("SERVICE_KEY or SERVICE_KEYS is not what `./motcua secrets` makes") from None
        own = self._own.thumbprint()
        mine = (
            kid for kid, key in self._public.items() if key.thumbprint() == own and _owner(kid) == service
        )
        self._kid = next(mine, "")
        if not self._kid:
            raise BadSettings(f"SERVICE_KEYS does not hold the SERVICE_KEY of {service}")

    @classmethod
    def of(cls, service: str, settings: Settings) -> "ServiceKeys":
        return cls(service, settings.service_key, settings.service_keys)

    def token(self, callee: str, seconds: int = SECONDS) -> str:
        """A short-lived token that says who asks; good at this callee alone, which cannot use it elsewhere."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": callee,
            "sub": self._service,
            "knd": "service",
            "iat": now,
            "exp": now + seconds,
        }
        return jwt.encode({"alg": ALGORITHM, "kid": self._kid}, claims, self._own, algorithms=[ALGORITHM])

    def holds(self, kid: str) -> bool:
        """Whether the key of this id is a service's."""
        return kid in self._public

    def claims(self, token: str, kid: str) -> dict[str, Any] | None:
        """What the token of a service says, when it is for this one; None for a forged one. Raises JoseError."""
        claims = jwt.decode(token, self._public[kid], algorithms=[ALGORITHM]).claims
        expected = {"iss": ISSUER, "aud": self._service, "sub": _owner(kid), "knd": "service"}
        return claims if all(claims.get(name) == value for name, value in expected.items()) else None


def _owner(kid: str) -> str:
    return kid.partition(".")[0]


def _imported(private: str) -> OKPKey:
    """From the 32 bytes of a private key in base64url."""
    seed = urlsafe_b64decode(private + "=" * (-len(private) % 4))
    return OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(seed))
