"""What the provider publishes, kept for an hour: its metadata and its keys."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from services.identity.errors import UpstreamNotBelieved
from services.identity.upstream.http import Line, NoAnswer

KEEP_SECONDS = 3600.0
#: A token with an unknown key makes us look for new keys, but no more often than this.
LOOK_AGAIN_SECONDS = 30.0
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
_OK = 200

Monotonic = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Metadata:
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None
    #: Whether the answer through the browser always names the issuer (RFC 9207).
    names_issuer: bool


class Published:
    def __init__(self, issuer: str, discovery_url: str, clock: Monotonic = time.monotonic) -> None:
        self._issuer, self._discovery_url, self._clock = issuer, discovery_url, clock
        self._metadata: Metadata | None = None
        self._metadata_at = self._keys_at = float("-inf")
        self._keys: dict[str, RSAKey] = {}

    def kept_metadata(self) -> Metadata | None:
        """The metadata, if it need not be asked for."""
        return self._metadata if self._clock() - self._metadata_at < KEEP_SECONDS else None

    def metadata(self, line: Line) -> Metadata:
        kept = self.kept_metadata()
        if kept is None:
            kept = self._metadata = self._read(_asked(line, self._discovery_url))
            self._metadata_at = self._clock()
        return kept

    def _read(self, told: dict[str, Any]) -> Metadata:
        if told.get("issuer") != self._issuer:
            raise UpstreamNotBelieved(reason="issuer")
        found = {name: told.get(name) for name in _ENDPOINTS}
        if not all(_is_address(value) for value in found.values()):
            raise NoAnswer("metadata lacks an endpoint")
        end = told.get("end_session_endpoint")
        return Metadata(
            **{name: str(value) for name, value in found.items()},
            end_session_endpoint=end if isinstance(end, str) and _is_address(end) else None,
            names_issuer=told.get("authorization_response_iss_parameter_supported") is True,
        )

    def key(self, kid: str, line: Line) -> RSAKey | None:
        """The key of that id; fetched when it is not known, or known for too long."""
        age = self._clock() - self._keys_at
        if age >= KEEP_SECONDS or (kid not in self._keys and age >= LOOK_AGAIN_SECONDS):
            self._keys = _keys(_asked(line, self.metadata(line).jwks_uri))
            self._keys_at = self._clock()
        return self._keys.get(kid)


def _asked(line: Line, url: str) -> dict[str, Any]:
    answer = line.get(url)
    if answer.status != _OK:
        raise NoAnswer(f"HTTP {answer.status}")
    return answer.json()


def _is_address(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://"))


def _keys(told: dict[str, Any]) -> dict[str, RSAKey]:
    """The RSA keys for signatures; others are not for us, and one that cannot be read spoils no other."""
    listed = told.get("keys")
    found = {}
    for jwk in listed if isinstance(listed, list) else ():
        if not isinstance(jwk, dict) or jwk.get("kty") != "RSA" or jwk.get("use", "sig") != "sig":
            continue
        try:
            found[str(jwk.get("kid"))] = RSAKey.import_key(jwk)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    return found
