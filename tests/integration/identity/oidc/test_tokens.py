"""Tokens of clients: who gets them, how long they count, and what ends them."""

import base64
from datetime import timedelta

import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from sqlalchemy import text

from services.identity import jobs
from services.identity.oidc import registering
from tests.integration.identity.oidc.conftest import CALLBACK, Party, body
from tests.integration.identity.web.conftest import ISSUER


def error(reply):
    return reply.status, body(reply)["error"]


def test_a_code_belongs_to_one_client_address_and_verifier(hoa, rp, register, audited):
    other = register("other")
    for party, changes in (
        (other, {}),
        (rp, {"redirect_uri": CALLBACK + "2"}),
        (rp, {"redirect_uri": None}),
        (rp, {"code_verifier": "x" * 43}),
        (rp, {"code_verifier": other.verifier}),
    ):
        code = hoa.authorize(rp)["code"]
        other.verifier = rp.verifier if party is other else other.verifier
        assert error(party.exchange(code, **changes)) == (400, "invalid_grant"), changes
        assert audited()[-1][:2] == ("token", "invalid_grant")
    assert error(rp.exchange(hoa.authorize(rp)["code"], code_verifier=None)) == (400, "invalid_request")
    assert error(rp.exchange("unknown")) == (400, "invalid_grant")
    late = hoa.authorize(rp)["code"]
    rp.identity.clock.move(timedelta(seconds=60))
    assert error(rp.exchange(late)) == (400, "invalid_grant")


def test_a_code_counts_no_longer_when_its_session_has_ended(hoa, rp):
    code = hoa.authorize(rp)["code"]
    with rp.identity.sessions.work() as work:
        work.session.execute(text("UPDATE sessions SET ended_at = now()"))
    assert error(rp.exchange(code)) == (400, "invalid_grant")


def test_only_digests_are_kept(hoa, rp):
    code = hoa.authorize(rp)["code"]
    tokens = body(rp.exchange(code))
    secrets = [code, tokens["access_token"], tokens["refresh_token"], rp.secret]
    with rp.identity.sessions.work(read_only=True) as work:
        for table in ("client_grants", "client_tokens", "client_secrets", "clients", "audit_entries"):
            stored = str(work.session.execute(text(f"SELECT * FROM {table}")).all())
            assert not [secret for secret in secrets if secret in stored], table


def test_a_refresh_token_shown_twice_ends_everything_of_its_grant(hoa, rp, audited):
    first = hoa.tokens(rp)
    second = body(rp.refresh(first["refresh_token"]))
    assert rp.userinfo(second["access_token"]).status == 200
    assert error(rp.refresh(first["refresh_token"])) == (400, "invalid_grant")
    assert error(rp.refresh(second["refresh_token"])) == (400, "invalid_grant")
    assert rp.userinfo(second["access_token"]).status == 401
    assert ("refresh-token-reused", "ended", "rp") in audited()


def test_a_refresh_may_ask_for_less_and_never_for_more(hoa, rp):
    tokens = hoa.tokens(rp, scope="openid email")
    assert error(rp.refresh(tokens["refresh_token"], scope="openid phone")) == (400, "invalid_scope")
    less = body(rp.refresh(tokens["refresh_token"], scope="openid"))
    assert set(body(rp.userinfo(less["access_token"]))) == {"sub"}
    again = body(rp.refresh(less["refresh_token"]))
    assert again["scope"] == "openid email"


def test_tokens_end_with_the_session_unless_they_are_for_offline(hoa, rp):
    bound = hoa.tokens(rp)
    offline = hoa.tokens(rp, scope="openid offline_access")
    with rp.identity.sessions.work() as work:
        work.session.execute(text("UPDATE sessions SET ended_at = now()"))
    assert rp.userinfo(bound["access_token"]).status == 401
    assert error(rp.refresh(bound["refresh_token"])) == (400, "invalid_grant")
    token = offline["refresh_token"]
    for _ in range(3):
        rp.identity.clock.move(timedelta(days=9))
        fresh = body(rp.refresh(token))
        token = fresh["refresh_token"]
        assert rp.userinfo(fresh["access_token"]).status == 200
    rp.identity.clock.move(timedelta(days=3))
    assert error(rp.refresh(token)) == (400, "invalid_grant")


def test_an_access_token_counts_for_ten_minutes(hoa, rp):
    token = hoa.tokens(rp)["access_token"]
    rp.identity.clock.move(timedelta(seconds=599))
    assert rp.userinfo(token).status == 200
    rp.identity.clock.move(timedelta(seconds=1))
    assert rp.userinfo(token).status == 401


def test_userinfo_says_why_not(hoa, rp, audited):
    tokens = hoa.tokens(rp)
    bare = rp.endpoint.get("/oauth/userinfo")
    assert (bare.status, bare.headers["www-authenticate"]) == (401, "Bearer")
    for token in ("nonsense", tokens["refresh_token"], "a\x00b"):
        wrong = rp.userinfo(token)
        assert wrong.status == 401
        assert 'error="invalid_token"' in wrong.headers["www-authenticate"]
        assert audited()[-1] == ("userinfo", "invalid_token", None)
    access = tokens["access_token"]
    both = rp.endpoint.post("/oauth/userinfo", {"access_token": access}, authorization=f"Bearer {access}")
    assert error(both) == (400, "invalid_request")
    in_query = rp.endpoint.get(f"/oauth/userinfo?access_token={access}")
    assert in_query.status == 401


def test_introspection_is_for_confidential_clients_and_their_own_tokens(hoa, rp, register):
    tokens = hoa.tokens(rp, scope="openid email")
    told = body(rp.call("/oauth/introspect", {"token": tokens["access_token"]}))
    now = int(rp.identity.clock.now().timestamp())
    assert (told["active"], told["client_id"], told["scope"]) == (True, "rp", "openid email")
    assert (told["exp"], told["iss"], told["acr"]) == (now + 600, ISSUER, "low")
    assert told["sub"] == rp.read(tokens["id_token"])["sub"]
    assert body(rp.call("/oauth/introspect", {"token": tokens["refresh_token"]}))["active"] is True
    other = register("other")
    inactive = {"active": False}
    assert body(other.call("/oauth/introspect", {"token": tokens["access_token"]})) == inactive
    assert body(rp.call("/oauth/introspect", {"token": "unknown"})) == inactive
    assert error(rp.call("/oauth/introspect", {})) == (400, "invalid_request")
    public = register("public", auth_method="none")
    assert error(public.call("/oauth/introspect", {"token": "x"})) == (401, "invalid_client")


def test_revocation(hoa, rp, register):
    tokens = hoa.tokens(rp)
    other = register("other")
    assert error(other.call("/oauth/revoke", {"token": tokens["access_token"]})) == (400, "invalid_grant")
    assert rp.userinfo(tokens["access_token"]).status == 200
    hint = {"token_type_hint": "something"}
    assert rp.call("/oauth/revoke", {"token": tokens["access_token"]} | hint).status == 200
    assert rp.userinfo(tokens["access_token"]).status == 401
    fresh = body(rp.refresh(tokens["refresh_token"]))
    assert rp.call("/oauth/revoke", {"token": fresh["refresh_token"]}).status == 200
    assert rp.userinfo(fresh["access_token"]).status == 401
    assert error(rp.refresh(fresh["refresh_token"])) == (400, "invalid_grant")
    assert rp.call("/oauth/revoke", {"token": "unknown"}).status == 200


def basic(text):
    return f"Basic {base64.b64encode(text.encode()).decode()}"


def test_a_client_proves_itself_in_its_own_way_and_no_other(hoa, rp, register, audited):
    public, post = register("public", auth_method="none"), register("post", auth_method="client_secret_post")
    fields = {"grant_type": "authorization_code", "code": "x"}
    wrong = [
        ({}, {}),
        ({"client_id": "rp"}, {}),
        ({"client_id": "rp", "client_secret": rp.secret}, {}),
        ({"client_id": "nobody"}, {}),
        ({}, {"authorization": basic("rp:wrong")}),
        ({}, {"authorization": basic("nobody:x")}),
        ({}, {"authorization": basic("rp")}),
        ({}, {"authorization": "Basic %%%"}),
        ({}, {"authorization": "Basic é"}),
        ({}, {"authorization": "Basic /////w=="}),
        ({}, {"authorization": basic(f"post:{post.secret}")}),
        ({}, {"authorization": basic(f"rp:{post.secret}")}),
        ({}, {"authorization": basic("public:")}),
        ({"client_id": "public"}, {"authorization": basic("rp:wrong")}),
        ({"client_id": "public", "client_secret": "x"}, {}),
        ({}, {"authorization": basic("r\0p:x")}),
    ]
    for more, headers in wrong:
        reply = rp.endpoint.post("/oauth/token", fields | more, **headers)
        assert error(reply) == (401, "invalid_client"), (more, headers)
        assert reply.headers["www-authenticate"].startswith("Basic")
        assert audited()[-1][:2] == ("token", "invalid_client")
    twice = rp.endpoint.post(
        "/oauth/token", fields | {"client_secret": "x"}, authorization=basic(f"rp:{rp.secret}")
    )
    assert error(twice) == (400, "invalid_request")
    misnamed = rp.endpoint.post(
        "/oauth/token", fields | {"client_id": "public"}, authorization=basic(f"rp:{rp.secret}")
    )
    assert error(misnamed) == (400, "invalid_request")
    assert "id_token" in hoa.tokens(public)


def test_a_rotated_secret_counts_a_while_longer(rp):
    with rp.identity.sessions.work() as work:
        new = registering.rotate("rp", timedelta(hours=1), work)
    fresh = Party(rp.identity, "rp", "client_secret_basic", new)
    assert error(rp.refresh("x")) == error(fresh.refresh("x")) == (400, "invalid_grant")
    rp.identity.clock.move(timedelta(hours=1))
    assert error(rp.refresh("x")) == (401, "invalid_client")
    assert error(fresh.refresh("x")) == (400, "invalid_grant")


def test_a_signed_assertion_counts_once(hoa, register, audited):
    rp = register(auth_method="private_key_jwt")
    assert "id_token" in hoa.tokens(rp)
    fields = {"grant_type": "refresh_token", "refresh_token": "x"}
    shown = rp.assertion()
    assert error(rp.endpoint.post("/oauth/token", fields | shown)) == (400, "invalid_grant")
    assert error(rp.endpoint.post("/oauth/token", fields | shown)) == (401, "invalid_client")
    assert audited()[-1] == ("token", "invalid_client", "rp")


UNFIT = [
    {"iss": "other"},
    {"sub": "other"},
    {"sub": None},
    {"sub": 7},
    {"aud": "https://elsewhere.example"},
    {"aud": None},
    {"exp": None},
    {"exp": 1},
    {"exp": "soon"},
    {"exp": 99999999999},
    {"jti": None},
    {"nbf": 99999999999},
]


def test_an_assertion_says_everything_it_has_to(register):
    rp = register(auth_method="private_key_jwt")
    for changes in UNFIT:
        fields = {"grant_type": "refresh_token", "refresh_token": "x"} | rp.assertion(**changes)
        assert error(rp.endpoint.post("/oauth/token", fields)) == (401, "invalid_client"), changes


def test_an_assertion_is_signed_with_a_registered_key(register, rp):
    signed = register("signed", auth_method="private_key_jwt")
    fields = {"grant_type": "refresh_token", "refresh_token": "x"}
    forged = Party(rp.identity, "signed", "private_key_jwt", key=ECKey.generate_key("P-256"))
    shared = {**signed.assertion()}
    claims = orjson.dumps({"sub": "signed", "iss": "signed"})
    shared["client_assertion"] = jwt.encode(
        {"alg": "HS256"}, orjson.loads(claims), OctKey.import_key("x" * 32)
    )
    without_key = {**signed.assertion(sub="rp", iss="rp")}
    garbage = {**signed.assertion(), "client_assertion": "a.b.c"}
    for shown in (forged.assertion(), shared, without_key, garbage):
        assert error(rp.endpoint.post("/oauth/token", fields | shown)) == (401, "invalid_client")


def test_scripts_of_other_origins_may_call(rp):
    for path in ("/oauth/token", "/oauth/userinfo", "/oauth/jwks", "/.well-known/openid-configuration"):
        reply = rp.endpoint.ask("OPTIONS", path)
        assert (reply.status, reply.headers["access-control-allow-origin"]) == (204, "*")
    assert rp.refresh("x").headers["access-control-allow-origin"] == "*"


def test_what_is_over_is_forgotten(hoa, rp):
    tokens = hoa.tokens(rp)
    rp.refresh(tokens["refresh_token"])
    hoa.browser.get(rp.address(prompt="login"))
    rp.identity.clock.move(timedelta(days=2))
    jobs.forget_what_is_over(rp.identity.sessions)
    with rp.identity.sessions.work(read_only=True) as work:
        for table in ("authorization_requests", "client_grants", "client_tokens"):
            assert work.session.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table
        assert work.session.scalar(text("SELECT count(*) FROM audit_entries")) > 0


def test_the_database_lets_nobody_change_the_audit(hoa, rp):
    hoa.tokens(rp)
    for statement in ("UPDATE audit_entries SET outcome = 'ok'", "DELETE FROM audit_entries"):
        with pytest.raises(Exception, match="only ever added"), rp.identity.sessions.work() as work:
            work.session.execute(text(statement))


def test_without_a_key_there_is_no_token_and_no_failure(hoa, rp):
    code = hoa.authorize(rp)["code"]
    with rp.identity.sessions.work() as work:
        work.session.execute(text("DELETE FROM signing_keys WHERE purpose = 'provider'"))
    assert error(rp.exchange(code)) == (503, "temporarily_unavailable")
