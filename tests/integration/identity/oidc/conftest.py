"""A person's browser, a client of the provider, and the provider itself, in one process on a real database."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from sqlalchemy import select, text

from chassis.clock import FixedClock
from chassis.ids import new_id
from services.identity.all_tables import Base
from services.identity.audit import AuditEntry
from services.identity.oidc import registering
from services.identity.oidc.registering import Registration
from services.identity.tables import Account, SigningKey
from services.identity.vault import Vault
from services.identity.web import browsing
from tests.integration.identity.conftest import SECRET, WARD, Identity
from tests.integration.identity.web.conftest import ISSUER, Browser, Reply

CALLBACK = "https://rp.example/callback"
EVERYTHING = ("openid", "profile", "email", "phone", "address", "vn.identity", "vn.account", "offline_access")


@cache
def provider_keys() -> list[tuple[str, dict[str, Any], str]]:
    """Made once: an RSA key takes long."""
    return [Vault(SECRET).new_signing_key(algorithm) for algorithm in ("RS256", "ES256")]


@dataclass
class Party:
    """A client's side of the protocol."""

    identity: Any
    client_id: str
    auth_method: str
    secret: str | None = None
    key: ECKey | None = None
    redirect_uri: str = CALLBACK
    state: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    nonce: str | None = field(default_factory=lambda: secrets.token_urlsafe(12))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def endpoint(self) -> Browser:
        """Its server, which has no cookies."""
        return Browser(self.identity)

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def request(self, **changes: str | None) -> dict[str, str]:
        usual = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid",
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def address(self, **changes: str | None) -> str:
        return f"/oauth/authorize?{urlencode(self.request(**changes))}"

    def call(self, path: str, fields: dict[str, str], **headers: str) -> Reply:
        fields = dict(fields)
        match self.auth_method:
            case "none":
                fields.setdefault("client_id", self.client_id)
            case "client_secret_basic":
                pair = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
                headers.setdefault("authorization", f"Basic {pair}")
            case "client_secret_post":
                fields |= {"client_id": self.client_id, "client_secret": self.secret}
            case "private_key_jwt":
                fields |= self.assertion()
        return self.endpoint.post(path, fields, **headers)

    def assertion(self, **changes: Any) -> dict[str, str]:
        now = int(self.identity.clock.now().timestamp())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": ISSUER,
            "iat": now,
            "exp": now + 60,
            "jti": new_id(),
        }
        claims = {name: value for name, value in (claims | changes).items() if value is not None}
        return {
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": jwt.encode({"alg": "ES256"}, claims, self.key),
        }

    def exchange(self, code: str, **changes: str | None) -> Reply:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }
        return self.call("/oauth/token", {n: v for n, v in (fields | changes).items() if v is not None})

    def refresh(self, refresh_token: str, **more: str) -> Reply:
        return self.call(
            "/oauth/token", {"grant_type": "refresh_token", "refresh_token": refresh_token, **more}
        )

    def userinfo(self, access_token: str) -> Reply:
        return self.endpoint.get("/oauth/userinfo", authorization=f"Bearer {access_token}")

    def read(self, id_token: str) -> dict[str, Any]:
        """The ID token's claims, its signature checked with the published keys."""
        keys = KeySet.import_key_set(body(self.endpoint.get("/oauth/jwks")))
        return dict(jwt.decode(id_token, keys, algorithms=["RS256", "ES256"]).claims)


@dataclass
class Person:
    """Somebody with an account in front of a browser."""

    identity: Any
    browser: Browser
    account: str

    def sign_in(self, acr: str = "low", account: str | None = None) -> None:
        """As the sign-in page does it: a session, and its cookie."""
        self.identity.clock.move(timedelta(seconds=1))
        with self.identity.sessions.work() as work:
            amr = ["pwd"] if acr == "low" else ["pwd", "otp"]
            _, value = browsing.start(account or self.account, acr, amr, work)
        self.browser.cookies["motcua"] = value

    def follow(self, reply: Reply, acr: str = "low", allow: bool = True) -> dict[str, str]:
        """Through all pages on the way, to what the client gets."""
        while reply.status == 303 and reply.location.startswith("/"):
            path, query = urlsplit(reply.location).path, dict(parse_qsl(urlsplit(reply.location).query))
            if path in ("/account/sign-in", "/account/step-up"):
                self.sign_in(acr)
                reply = self.browser.get(f"/oauth/continue?request={query['request']}")
            else:
                assert path == "/account/consent"
                reply = self.consent(reply.location, allow)
        return answered(reply)

    def consent(self, location: str, allow: bool = True) -> Reply:
        page = self.browser.get(location)
        assert page.status == 200, page.body
        fields = hidden(page.body) | {"decision": "allow" if allow else "deny"}
        return self.browser.post("/account/consent", fields)

    def authorize(self, party: Party, **changes: str | None) -> dict[str, str]:
        return self.follow(self.browser.get(party.address(**changes)))

    def tokens(self, party: Party, **changes: str | None) -> dict[str, Any]:
        """All the way from the button to the tokens."""
        answer = self.authorize(party, **changes)
        assert "code" in answer, answer
        reply = party.exchange(answer["code"])
        assert reply.status == 200, reply.body
        return body(reply)


def body(reply: Reply) -> Any:
    return orjson.loads(reply.body)


def answered(reply: Reply) -> dict[str, str]:
    """What the client finds in the query of its redirect address."""
    assert reply.status == 303, (reply.status, reply.body)
    pairs = parse_qsl(urlsplit(reply.location).query, keep_blank_values=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    import html
    import re

    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


@pytest.fixture(scope="session")
def provider_database(databases):
    database = databases.fresh("identity")
    yield database
    databases.drop(database)


@pytest.fixture
def identity(provider_database):
    """Emptied for each test: that is cheaper than a fresh database, and there are many tests."""
    sessions = provider_database.sessions(clock := FixedClock(datetime(2026, 11, 22, 3, 0, tzinfo=UTC)))
    with sessions.work() as work:
        names = ", ".join(table.name for table in Base.metadata.sorted_tables if table.name != "data_keys")
        work.session.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    made = Identity(sessions, clock)
    made.make_due_key()
    made.publish_agency(WARD)
    yield made
    sessions.engine.dispose()


@pytest.fixture
def provider(identity):
    """The identity service with the provider's keys."""
    now = identity.clock.now()
    with identity.sessions.work() as work:
        for kid, public_jwk, sealed in provider_keys():
            work.add(
                SigningKey(
                    kid=kid,
                    purpose="provider",
                    public_jwk=public_jwk,
                    sealed_key=sealed,
                    not_before=now,
                    not_after=now + timedelta(days=100),
                )
            )
    return identity


@pytest.fixture
def register(provider):
    """`register("bank", auth_method="none")` -> a registered client."""

    def make(client_id: str = "rp", **changes: Any) -> Party:
        method = changes.setdefault("auth_method", "client_secret_basic")
        key = ECKey.generate_key("P-256") if method == "private_key_jwt" else None
        if key:
            changes["jwks"] = {"keys": [key.as_dict(private=False)]}
        usual = {
            "name": "Ngân hàng Sao Mai",
            "name_en": "Morning Star Bank",
            "kind": "bank",
            "redirect_uris": [CALLBACK],
            "scopes": EVERYTHING,
        }
        with provider.sessions.work() as work:
            secret = registering.add(Registration(client_id, **(usual | changes)), work)
        redirect = (usual | changes)["redirect_uris"][0]
        return Party(provider, client_id, method, secret, key, redirect)

    return make


@pytest.fixture
def rp(register):
    return register()


@pytest.fixture
def hoa(provider):
    account = provider.sign_up(phone="0912345601", email="hoa@example.vn")["id"]
    return Person(provider, Browser(provider), account)


@pytest.fixture
def audited(provider):
    """`audited()` -> (what, outcome, client) of all entries."""

    def read():
        with provider.sessions.work() as work:
            rows = work.session.scalars(select(AuditEntry).order_by(AuditEntry.position)).all()
        return [(row.what, row.outcome, row.client) for row in rows]

    return read


@pytest.fixture
def tech_id(provider):
    def of(account: str) -> str:
        with provider.sessions.work() as work:
            return work.session.get_one(Account, account).tech_id

    return of
