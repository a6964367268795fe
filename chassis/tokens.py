"""Access tokens: verified by every service itself, with its local copy of the public keys."""

import time
from contextlib import suppress
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.jws import extract_compact
from sqlalchemy import text

from chassis.caller import Caller
from chassis.database import Sessions
from chassis.errors import Unauthenticated, Unavailable
from chassis.service_keys import ServiceKeys
from chassis.texts import Language
from chassis.withdrawn import Withdrawn, WithdrawnToken

ISSUER = "motcua-identity"
AUDIENCE = "motcua"
ALGORITHM = "ES256"
LEEWAY_SECONDS = 5
_CACHE_LIMIT = 20_000
#: An unknown key may have come just now; a known one may have been withdrawn.
_RETRY_SECONDS, _RELOAD_SECONDS = 1.0, 30.0
_VALID_KEYS = text("SELECT kid, public_jwk FROM token_keys WHERE not_after IS NULL OR not_after > now()")


class InvalidToken(Unauthenticated):
    vi, en = "Phiên đăng nhập không hợp lệ.", "The access token is not valid."


class ExpiredToken(Unauthenticated):
    vi, en = "Phiên đăng nhập đã hết hạn.", "The access token has expired."


class TokenVerifier:
    def __init__(self, sessions: Sessions, services: ServiceKeys) -> None:
        self._sessions, self._services = sessions, services
        self._keys: dict[str, ECKey] = {}
        self._loaded_at = -_RELOAD_SECONDS
        self._claims: dict[str, dict[str, Any]] = {}
        self._withdrawn = Withdrawn(sessions)

    def caller(self, token: str | None, language: Language) -> Caller:
        """Who holds this token; anonymous without one. Raises InvalidToken, ExpiredToken or WithdrawnToken."""
        if not token:
            return Caller(language=language)
        with suppress(Unavailable):
            # Without the database the keys we know go on working.
            self._reload(_RELOAD_SECONDS)
            self._withdrawn.look()
        claims = self._claims.get(token)
        if claims is None:
            claims = self._verified(token)
            if len(self._claims) >= _CACHE_LIMIT:
                self._claims.clear()
            self._claims[token] = claims
        if claims["exp"] + LEEWAY_SECONDS < time.time():
            self._claims.pop(token, None)
            raise ExpiredToken
        if self._withdrawn.refuses(claims):
            raise WithdrawnToken
        return Caller.from_claims(claims, language)

    def _verified(self, token: str) -> dict[str, Any]:
        try:
            kid = _kid_of(token)
            claims = (
                self._services.claims(token, kid) if self._services.holds(kid) else self._issued(token, kid)
            )
        except (JoseError, ValueError, KeyError, TypeError):
            raise InvalidToken from None
        times = () if claims is None else (claims.get("exp"), claims.get("iat"))
        if claims is None or not all(isinstance(moment, int | float) for moment in times):
            raise InvalidToken
        return claims

    def _issued(self, token: str, kid: str) -> dict[str, Any] | None:
        """What a token of the identity service says; none of its may speak for a service."""
        claims = jwt.decode(token, self._key(kid), algorithms=[ALGORITHM]).claims
        ours = claims.get("iss") == ISSUER and claims.get("aud") == AUDIENCE and "sub" in claims
        return claims if ours and claims.get("knd") != "service" else None

    def _key(self, kid: str) -> ECKey:
        if kid not in self._keys:
            self._reload(_RETRY_SECONDS)
        if kid not in self._keys:
            raise InvalidToken
        return self._keys[kid]

    def _reload(self, older_than: float) -> None:
        """Read the local copy again when ours is older than so many seconds."""
        if time.monotonic() - self._loaded_at < older_than:
            return
        with self._sessions.work(read_only=True) as work:
            rows = work.session.execute(_VALID_KEYS).all()
        self._loaded_at = time.monotonic()
        keys = {row.kid: ECKey.import_key(row.public_jwk) for row in rows}
        if not keys.keys() >= self._keys.keys():
            self._claims.clear()
        self._keys = keys


def _kid_of(token: str) -> str:
    kid = extract_compact(token.encode()).headers().get("kid")
    if not isinstance(kid, str):
        raise InvalidToken
    return kid
