"""Everything that needs a secret or costs much CPU: passwords, signing keys, keyed digests."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any

import orjson
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from joserfc import jwe, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OctKey, RSAKey, import_key

from chassis.settings import BadSettings
from chassis.tokens import ALGORITHM
from services.identity import passwords

#: How a costly function is run: in the service on threads of its own, elsewhere on the spot.
Run = Callable[..., Any]

# OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Compared with when there is no such account, so that both answers take as long.
_nobodys_hash = _hasher.hash(secrets.token_urlsafe())

_GENERATORS: dict[str, Callable[[], Key]] = {
    "ES256": lambda: ECKey.generate_key("P-256"),
    "RS256": lambda: RSAKey.generate_key(2048),
}


def on_the_spot(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


class Vault:
    """Holds what is derived from IDENTITY_SECRET; nothing in it is ever shown."""

    def __init__(self, secret: str, run: Run = on_the_spot) -> None:
        self._run = run
        self._lookup_key = _derived(secret, "lookups")
        self._wrapping_key = OctKey.import_key(_derived(secret, "signing keys"))
        self._factor_key = OctKey.import_key(_derived(secret, "factors"))
        self._pairwise_key = _derived(secret, "pairwise subjects")
        self._signing_keys: dict[str, Key] = {}

    def hashed(self, password: str) -> str:
        return str(self._run(_hasher.hash, passwords.normalised(password)))

    def matches(self, stored_hash: str | None, password: str) -> bool:
        """Whether it is the password; without a stored hash always False, just as slowly."""
        return bool(self._run(_verify, stored_hash, passwords.normalised(password)))

    def seal(self, text: str) -> str:
        """A secret for the database, such as an authenticator app's."""
        return jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, text.encode(), self._factor_key)

    def unseal(self, sealed: str) -> str:
        opened = jwe.decrypt_compact(sealed, self._factor_key, algorithms=["dir", "A256GCM"])
        return (opened.plaintext or b"").decode()

    def digest(self, text: str) -> str:
        """A name for `text` that says nothing about it without the secret."""
        return hmac.new(self._lookup_key, text.encode(), hashlib.sha256).hexdigest()

    @staticmethod
    def same(left: str, right: str) -> bool:
        """Compared without telling by the time it takes where they differ."""
        return hmac.compare_digest(left.encode(), right.encode())

    def pairwise(self, sector: str, tech_id: str) -> str:
        """What an account is called in one sector; names of two sectors cannot be told to be one account's."""
        return hmac.new(self._pairwise_key, f"{sector} {tech_id}".encode(), hashlib.sha256).hexdigest()

    def new_signing_key(self, algorithm: str = ALGORITHM) -> tuple[str, dict[str, Any], str]:
        """A fresh key: its id, its public half, and the whole key encrypted."""
        key: Key = self._run(_GENERATORS[algorithm])
        kid = key.thumbprint()
        public: dict[str, Any] = dict(key.as_dict(private=False))
        sealed = jwe.encrypt_compact(
            {"alg": "dir", "enc": "A256GCM", "kid": kid},
            orjson.dumps(key.as_dict(private=True)),
            self._wrapping_key,
        )
        return kid, public | {"kid": kid, "use": "sig", "alg": algorithm}, sealed

    def sign(self, claims: dict[str, Any], kid: str, sealed_key: str, **header: str) -> str:
        key = self._signing_keys.get(kid)
        if key is None:
            key = self._signing_keys[kid] = self._opened(sealed_key)
        return jwt.encode({"alg": ALGORITHM, "kid": kid, **header}, claims, key)

    def require_readable(self, sealed_key: str) -> None:
        """Raises BadSettings when this vault has another secret than the one that sealed the key."""
        self._opened(sealed_key)

    def _opened(self, sealed: str) -> Key:
        try:
            plain = jwe.decrypt_compact(sealed, self._wrapping_key, algorithms=["dir", "A256GCM"]).plaintext
        except JoseError:
            raise BadSettings("IDENTITY_SECRET is not the one the signing keys were stored with") from None
        return import_key(orjson.loads(plain or b""))


def _verify(stored_hash: str | None, password: str) -> bool:
    try:
        _hasher.verify(stored_hash or _nobodys_hash, password)
    except VerificationError:
        return False
    return stored_hash is not None


def _derived(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), f"motcua identity: {purpose}".encode(), "sha256")
