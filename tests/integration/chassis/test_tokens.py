"""Access tokens are verified by every service itself, with its copy of the public keys."""

import json
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from chassis import service_keys, tokens
from chassis.caller import Caller
from chassis.errors import Unavailable
from chassis.tokens import AUDIENCE, ISSUER, ExpiredToken, InvalidToken, TokenVerifier
from tests.integration.chassis.conftest import TOKEN_KEYS, until
from tests.support.service_keys import keys_of


class Signer:
    """Stands where the identity service stands: one key pair, and tokens signed with it."""

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": str(uuid.uuid4())})
        self.kid = self.key.as_dict()["kid"]

    def token(self, **changed) -> str:
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "a-citizen",
            "knd": "citizen",
            "nam": "Nguyễn Thị Hoa",
            "idn": "001190000011",
            "acr": "substantial",
            "sid": "session",
            "iat": now,
            "exp": now + 600,
        } | changed
        return jwt.encode({"alg": "ES256", "kid": self.kid}, claims, self.key, algorithms=["ES256"])

    def event(self, not_after: datetime | None = None, sequence: int = 1) -> bytes:
        until_when = not_after or datetime.now(UTC) + timedelta(days=90)
        return json.dumps(
            {
                "specversion": "1.0",
                "id": str(uuid.uuid4()),
                "source": "/identity",
                "type": TOKEN_KEYS,
                "subject": self.kid,
                "sequence": sequence,
                "time": datetime.now(UTC).isoformat(),
                "data": {
                    "kid": self.kid,
                    "publicJwk": self.key.as_dict(private=False),
                    "notBefore": datetime.now(UTC).isoformat(),
                    "notAfter": until_when.isoformat(),
                },
            }
        ).encode()


@pytest.fixture
def signer(shared, asker) -> Signer:
    """Its key has reached the shared echo service by event."""
    signer = Signer()
    asker.event("identity", TOKEN_KEYS, signer.event())
    until(lambda: shared.rows("SELECT 1 FROM token_keys WHERE kid = :kid", kid=signer.kid))
    return signer


@pytest.fixture
def verifier(shared, monkeypatch) -> TokenVerifier:
    monkeypatch.setattr(tokens, "_RETRY_SECONDS", 0.0)
    monkeypatch.setattr(tokens, "_RELOAD_SECONDS", 0.0)
    return TokenVerifier(shared.sessions(), keys_of("echo"))


def test_token_signed_with_a_key_that_came_by_event_is_accepted(shared, asker, signer):
    token = {"nameko.token": signer.token()}
    # The service may have looked for keys just before this one came.
    until(lambda: asker.ask("echo.whoami", headers=token)["error"] is None, 5)
    assert asker.result("echo.whoami", headers=token) == {"subject": "a-citizen", "kind": "citizen"}
    assert asker.problem("echo.desk", headers=token)["code"] == "forbidden"
    official = {"nameko.token": signer.token(sub="an-official", knd="official", agc="A", rol=["desk"])}
    assert asker.result("echo.desk", headers=official)["subject"] == "an-official"


def test_caller_is_what_the_token_says(signer, verifier):
    caller = verifier.caller(signer.token(), "en")
    assert caller == Caller(
        "a-citizen",
        "citizen",
        "Nguyễn Thị Hoa",
        "001190000011",
        "substantial",
        session="session",
        language="en",
    )
    assert verifier.caller(None, "vi") == Caller(language="vi")


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "somebody"},
        {"aud": "something"},
        {"exp": "soon"},
        {"iss": service_keys.ISSUER},
        {"knd": "service"},
    ],
)
def test_token_for_another_purpose_is_refused(signer, verifier, claims):
    with pytest.raises(InvalidToken):
        verifier.caller(signer.token(**claims), "vi")


def test_token_out_of_date_is_refused_even_when_it_was_seen_before(signer, verifier, monkeypatch):
    with pytest.raises(ExpiredToken):
        verifier.caller(signer.token(exp=int(time.time()) - 60), "vi")
    token = signer.token()
    verifier.caller(token, "vi")
    monkeypatch.setattr(tokens.time, "time", lambda: datetime.now(UTC).timestamp() + 3600)
    with pytest.raises(ExpiredToken):
        verifier.caller(token, "vi")


def test_token_of_an_unknown_key_is_refused(verifier):
    with pytest.raises(InvalidToken):
        verifier.caller(Signer().token(), "vi")


def test_token_signed_with_another_key_under_a_known_name_is_refused(signer, verifier):
    forger = Signer()
    forger.kid = signer.kid
    with pytest.raises(InvalidToken):
        verifier.caller(forger.token(), "vi")


def test_public_key_used_as_a_shared_secret_is_refused(signer, verifier):
    from joserfc.jwk import OctKey

    secret = OctKey.import_key(json.dumps(signer.key.as_dict(private=False)))
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "x", "knd": "official", "iat": now, "exp": now + 60}
    forged = jwt.encode({"alg": "HS256", "kid": signer.kid}, claims, secret)
    with pytest.raises(InvalidToken):
        verifier.caller(forged, "vi")


def test_withdrawn_key_ends_its_tokens_even_those_seen_before(shared, asker, signer, verifier):
    token = signer.token()
    verifier.caller(token, "vi")
    asker.event("identity", TOKEN_KEYS, signer.event(datetime.now(UTC) - timedelta(minutes=1), sequence=2))
    until(lambda: shared.value("SELECT not_after < now() FROM token_keys WHERE kid = :kid", kid=signer.kid))
    with pytest.raises(InvalidToken):
        verifier.caller(token, "vi")


def test_older_news_of_a_key_does_not_bring_it_back(shared, asker, signer):
    asker.event("identity", TOKEN_KEYS, signer.event(datetime.now(UTC) - timedelta(minutes=1), sequence=5))
    until(lambda: shared.value("SELECT sequence FROM token_keys WHERE kid = :kid", kid=signer.kid) == 5)
    late = signer.event(sequence=3)
    asker.event("identity", TOKEN_KEYS, late)
    until(
        lambda: shared.rows("SELECT 1 FROM inbox WHERE event = CAST(:id AS uuid)", id=json.loads(late)["id"])
    )
    assert shared.value("SELECT not_after < now() FROM token_keys WHERE kid = :kid", kid=signer.kid)


def test_database_away_says_unavailable_and_not_that_the_token_is_bad(signer, verifier, monkeypatch):
    def away(**_):
        raise Unavailable

    monkeypatch.setattr(verifier._sessions, "work", away)
    with pytest.raises(Unavailable):
        verifier.caller(signer.token(), "vi")
