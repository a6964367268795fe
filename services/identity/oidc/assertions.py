"""`private_key_jwt`: a client proves itself by a signed statement that counts once (RFC 7523)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy.dialects.postgresql import insert

from services.identity.oidc.clients import Registered, digest
from services.identity.oidc.tables import ClientAssertion
from services.identity.web.site import Site

METHOD = "private_key_jwt"
ALGORITHMS = ("RS256", "ES256", "PS256")
#: What clocks may differ by, and the longest life of a statement: so long it is remembered.
_LEEWAY_SECONDS = 60
_LONGEST = timedelta(hours=1)


class PrivateKeyJwt(JWTBearerClientAssertion):  # type: ignore[misc]
    CLIENT_AUTH_METHOD = METHOD

    def __init__(self, site: Site) -> None:
        super().__init__(leeway=_LEEWAY_SECONDS)
        self._site = site
        self._now = site.work.clock.now()

    def __call__(self, query_client: Any, request: Any) -> Any:
        try:
            return super().__call__(query_client, request)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            raise InvalidClientError(description="Invalid JWT assertion.") from None

    def get_audiences(self) -> list[str]:
        return [self._site.issuer, f"{self._site.issuer}/oauth/token", f"{self._site.issuer}/oauth/par"]

    def resolve_client_public_key(self, client: Registered) -> KeySet:
        if client.row.jwks is None:
            raise InvalidClientError(description="The client has no registered keys.")
        return KeySet.import_key_set(client.row.jwks)  # type: ignore[arg-type]

    def process_assertion_claims(self, assertion: str, resolve_key: KeySet) -> Any:
        try:
            claims = jwt.decode(assertion, resolve_key, algorithms=list(ALGORITHMS)).claims
        except JoseError:
            raise InvalidClientError(description="Invalid signature of the JWT assertion.") from None
        self.verify_claims(claims)
        return claims

    def verify_claims(self, claims: dict[str, Any]) -> None:
        now = int(self._now.timestamp())
        rules = jwt.JWTClaimsRegistry(
            now=now,
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": str(claims.get("sub"))},
            sub={"essential": True},
            aud={"essential": True, "values": self.get_audiences()},
            exp={"essential": True},
            jti={"essential": True},
        )
        try:
            rules.validate(claims)
        except JoseError:
            raise InvalidClientError(
                description="A claim of the JWT assertion is missing or wrong."
            ) from None
        if claims["exp"] > now + _LONGEST.total_seconds():
            raise InvalidClientError(description="The JWT assertion lives too long.")
        if not self.validate_jti(claims, str(claims["jti"])):
            raise InvalidClientError(description="The JWT assertion was used before.")

    def validate_jti(self, claims: dict[str, Any], jti: str) -> bool:
        """Whether it is the first time; two at once wait for each other."""
        expires = datetime.fromtimestamp(claims["exp"], UTC) + timedelta(seconds=2 * _LEEWAY_SECONDS)
        statement = insert(ClientAssertion).values(
            client=claims["sub"], jti_digest=digest(jti), expires_at=expires
        )
        done = self._site.work.session.execute(statement.on_conflict_do_nothing())
        return bool(getattr(done, "rowcount", 0))
