"""What the provider remembers: its key, its one client, codes and access tokens. A restart forgets all of it."""

import base64
import hashlib
import hmac
import os
import secrets
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from deploy.sandbox.vneid.persons import PERSONS, Person

CODE_SECONDS, TOKEN_SECONDS = 60, 300
CALLBACK_PATH = "/account/vneid/return"


@dataclass(frozen=True, slots=True)
class Client:
    """The one relying party the sandbox knows, and the addresses the world knows the sandbox by."""

    id: str
    secret: str
    home: str
    issuer: str
    #: Where servers, other than browsers, reach the provider.
    api_url: str

    @classmethod
    def from_environment(cls) -> "Client":
        issuer = os.environ["VNEID_ISSUER"]
        return cls(
            os.environ["VNEID_CLIENT_ID"],
            os.environ["VNEID_CLIENT_SECRET"],
            os.environ["PUBLIC_URL"].rstrip("/"),
            issuer,
            os.environ.get("VNEID_API_URL") or issuer,
        )

    @property
    def redirect_uri(self) -> str:
        return self.home + CALLBACK_PATH

    def is_known_by(self, client_id: str, secret: str) -> bool:
        same_id = hmac.compare_digest(client_id.encode(), self.id.encode())
        return hmac.compare_digest(secret.encode(), self.secret.encode()) and same_id


@dataclass(frozen=True, slots=True)
class Grant:
    """A person's sign-in that a code stands for."""

    person: Person
    challenge: str
    nonce: str | None
    scope: str
    until: float = field(default_factory=lambda: time.time() + CODE_SECONDS)

    def is_proven_by(self, verifier: str) -> bool:
        digest = hashlib.sha256(verifier.encode()).digest()
        return hmac.compare_digest(_base64url(digest), self.challenge)


class Provider:
    def __init__(self) -> None:
        self.key = _new_key()
        self.other_key = _new_key()
        self._grants: dict[str, Grant] = {}
        self._tokens: dict[str, tuple[Person, float]] = {}

    def rotate(self) -> None:
        self.key = _new_key()

    def new_code(self, grant: Grant) -> str:
        self._forget()
        code = secrets.token_urlsafe(24)
        self._grants[code] = grant
        return code

    def spend_code(self, code: str) -> Grant | None:
        """What it stands for, once."""
        grant = self._grants.pop(code, None)
        return grant if grant is not None and grant.until >= time.time() else None

    def new_token(self, person: Person) -> str:
        token = secrets.token_urlsafe(24)
        self._tokens[token] = (person, time.time() + TOKEN_SECONDS)
        return token

    def person_of(self, token: str) -> Person | None:
        person, until = self._tokens.get(token, (None, 0.0))
        return person if until >= time.time() else None

    def id_token(self, grant: Grant, access_token: str, wrong: str) -> str:
        """Signed claims; `wrong` names what shall be wrong about them."""
        client, now = Client.from_environment(), int(time.time())
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        claims: dict[str, Any] = {
            "iss": client.issuer,
            "sub": grant.person.claims()["sub"],
            "aud": client.id,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "auth_time": now,
            "at_hash": _base64url(half),
            "nonce": grant.nonce,
        }
        untrue: dict[str, dict[str, Any]] = {
            "nonce": {"nonce": "another"},
            "issuer": {"iss": "https://elsewhere.example"},
            "audience": {"aud": "another-client"},
            "expired": {"iat": now - 7200, "exp": now - 3600},
            "at_hash": {"at_hash": _base64url(bytes(16))},
        }
        claims |= untrue.get(wrong, {})
        kid = "nobody-has-this-one" if wrong == "kid" else self.key.thumbprint()
        return jwt.encode(
            {"alg": "RS256", "kid": kid}, claims, self.other_key if wrong == "signature" else self.key
        )

    def key_set(self) -> dict[str, Any]:
        public = self.key.as_dict(private=False)
        return {"keys": [{**public, "kid": self.key.thumbprint(), "use": "sig", "alg": "RS256"}]}

    def _forget(self) -> None:
        now = time.time()
        self._grants = {code: grant for code, grant in self._grants.items() if grant.until >= now}
        self._tokens = {token: known for token, known in self._tokens.items() if known[1] >= now}


def person(tech_id: str) -> Person | None:
    return PERSONS.get(tech_id)


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048)


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@cache
def provider() -> Provider:
    """The one of this process."""
    return Provider()
