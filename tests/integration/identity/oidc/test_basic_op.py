"""The modules of the OpenID Foundation's plans for Basic OP and Config OP, each under its own name."""

from datetime import timedelta

import orjson
import pytest
from authlib.oidc.core.util import create_half_hash
from authlib.oidc.discovery import OpenIDProviderMetadata
from joserfc.jws import extract_compact

from chassis.schemas import Nothing
from services.identity import jobs, queries
from services.identity.key_schedule import OUTLIVES, PUBLISHED_AHEAD, SIGNS_FOR
from tests.integration.identity.oidc.conftest import Party, answered, body
from tests.integration.identity.web.conftest import ISSUER


def test_oidcc_server(hoa, rp, tech_id):
    answer = hoa.authorize(rp)
    assert (answer["state"], answer["iss"]) == (rp.state, ISSUER)
    reply = rp.exchange(answer["code"])
    assert reply.headers["cache-control"] == "no-store"
    tokens = body(reply)
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("Bearer", 600, "openid")
    claims = rp.read(tokens["id_token"])
    now = int(rp.identity.clock.now().timestamp())
    assert (claims["iss"], claims["aud"], claims["sub"]) == (ISSUER, "rp", tech_id(hoa.account))
    assert (claims["iat"], claims["exp"], claims["nonce"]) == (now, now + 600, rp.nonce)
    assert claims["at_hash"] == create_half_hash(tokens["access_token"], "RS256").decode()
    assert (claims["acr"], claims["amr"]) == ("low", ["pwd"])
    assert extract_compact(tokens["id_token"].encode()).headers()["alg"] == "RS256"


def test_oidcc_response_type_missing(hoa, rp):
    answer = answered(hoa.browser.get(rp.address(response_type=None)))
    assert (answer["error"], answer["state"], answer["iss"]) == ("invalid_request", rp.state, ISSUER)


def test_oidcc_idtoken_signature(hoa, rp):
    token = hoa.tokens(rp)["id_token"]
    header = extract_compact(token.encode()).headers()
    assert header["kid"] in [key["kid"] for key in body(hoa.browser.get("/oauth/jwks"))["keys"]]
    head, payload, signature = token.split(".")
    other = ("B" if signature[0] != "B" else "C") + signature[1:]
    with pytest.raises(Exception, match="bad_signature"):
        rp.read(f"{head}.{payload}.{other}")


def test_oidcc_idtoken_unsigned(register):
    from services.identity.oidc.registering import CannotRegister

    with pytest.raises(CannotRegister, match="RS256"):
        register(id_token_alg="none")


def test_oidcc_userinfo_get(hoa, rp, tech_id):
    tokens = hoa.tokens(rp)
    reply = rp.userinfo(tokens["access_token"])
    assert reply.headers["content-type"] == "application/json"
    assert body(reply) == {"sub": rp.read(tokens["id_token"])["sub"]} == {"sub": tech_id(hoa.account)}


def test_oidcc_userinfo_post_header(hoa, rp):
    token = hoa.tokens(rp)["access_token"]
    reply = rp.endpoint.ask("POST", "/oauth/userinfo", authorization=f"Bearer {token}")
    assert reply.status == 200
    assert set(body(reply)) == {"sub"}


def test_oidcc_userinfo_post_body(hoa, rp):
    token = hoa.tokens(rp)["access_token"]
    reply = rp.endpoint.post("/oauth/userinfo", {"access_token": token})
    assert reply.status == 200
    assert set(body(reply)) == {"sub"}


def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(hoa, rp):
    tokens = hoa.tokens(rp, nonce=None)
    assert "nonce" not in rp.read(tokens["id_token"])


def _told(hoa, rp, scope):
    tokens = hoa.tokens(rp, scope=scope)
    assert tokens["scope"] == scope
    return body(rp.userinfo(tokens["access_token"]))


def test_oidcc_scope_profile(hoa, rp):
    told = _told(hoa, rp, "openid profile")
    assert set(told) == {
        "sub",
        "name",
        "birthdate",
        "gender",
        "locale",
        "updated_at",
        "HoVaTen",
        "NgayThangNamSinh",
        "GioiTinh",
    }
    assert (told["name"], told["birthdate"], told["gender"]) == ("Nguyễn Thị Hoa", "1990-05-17", "female")


def test_oidcc_scope_email(hoa, rp):
    told = _told(hoa, rp, "openid email")
    assert set(told) == {"sub", "email", "email_verified", "ThuDienTu"}
    assert (told["email"], told["email_verified"]) == ("hoa@example.vn", False)


def test_oidcc_scope_address(hoa, rp):
    # Nothing is known of addresses, and nothing is invented.
    assert set(_told(hoa, rp, "openid address")) == {"sub"}


def test_oidcc_scope_phone(hoa, rp):
    told = _told(hoa, rp, "openid phone")
    assert set(told) == {"sub", "phone_number", "phone_number_verified", "SoDienThoai"}
    assert told["phone_number"] == "+84912345601"


def test_oidcc_scope_all(hoa, rp):
    told = _told(hoa, rp, "openid profile email phone address")
    assert {"name", "email", "phone_number"} <= set(told)
    assert not {"SoDinhDanh", "TechID"} & set(told)


def test_oidcc_ensure_other_scope_order_succeeds(hoa, rp):
    tokens = hoa.tokens(rp, scope="email openid")
    assert "email" in body(rp.userinfo(tokens["access_token"]))
    assert "id_token" in tokens


def test_oidcc_display_page(hoa, rp):
    assert "code" in hoa.authorize(rp, display="page")


def test_oidcc_display_popup(hoa, rp):
    assert "code" in hoa.authorize(rp, display="popup")


def test_oidcc_prompt_login(hoa, rp):
    first = rp.read(hoa.tokens(rp)["id_token"])
    rp.identity.clock.move(timedelta(seconds=5))
    reply = hoa.browser.get(rp.address(prompt="login"))
    assert reply.location.startswith("/account/sign-in?request=")
    # Who comes back without having signed in again is sent once more.
    again = hoa.browser.get(f"/oauth/continue?{reply.location.partition('?')[2]}")
    assert again.location == reply.location
    second = rp.read(body(rp.exchange(hoa.follow(again)["code"]))["id_token"])
    assert second["sub"] == first["sub"]
    assert second["auth_time"] > first["auth_time"]


def test_oidcc_prompt_none_not_logged_in(hoa, rp):
    answer = answered(hoa.browser.get(rp.address(prompt="none")))
    assert (answer["error"], answer["state"], answer["iss"]) == ("login_required", rp.state, ISSUER)


def test_oidcc_prompt_none_logged_in(hoa, rp):
    first = rp.read(hoa.tokens(rp)["id_token"])
    rp.identity.clock.move(timedelta(seconds=5))
    silent = answered(hoa.browser.get(rp.address(prompt="none")))
    second = rp.read(body(rp.exchange(silent["code"]))["id_token"])
    assert (second["sub"], second["auth_time"]) == (first["sub"], first["auth_time"])


def test_oidcc_max_age_1(hoa, rp):
    first = rp.read(hoa.tokens(rp)["id_token"])
    rp.identity.clock.move(timedelta(seconds=2))
    reply = hoa.browser.get(rp.address(max_age="1"))
    assert reply.location.startswith("/account/sign-in?request=")
    second = rp.read(body(rp.exchange(hoa.follow(reply)["code"]))["id_token"])
    assert second["auth_time"] > first["auth_time"]


def test_oidcc_max_age_10000(hoa, rp):
    first = rp.read(hoa.tokens(rp)["id_token"])
    rp.identity.clock.move(timedelta(seconds=2))
    answer = answered(hoa.browser.get(rp.address(max_age="10000")))
    second = rp.read(body(rp.exchange(answer["code"]))["id_token"])
    assert second["auth_time"] == first["auth_time"]


def test_oidcc_ensure_request_with_unknown_parameter_succeeds(hoa, rp):
    assert "code" in hoa.authorize(rp, extra="foobar")


def test_oidcc_id_token_hint(hoa, rp):
    hint = hoa.tokens(rp)["id_token"]
    answer = answered(hoa.browser.get(rp.address(prompt="none", id_token_hint=hint)))
    assert "code" in answer


def test_oidcc_login_hint(hoa, rp):
    assert "code" in hoa.authorize(rp, login_hint="buffy@rp.example")


def test_oidcc_ui_locales(hoa, rp):
    hoa.sign_in()
    reply = hoa.browser.get(rp.address(ui_locales="se en-GB vi"))
    shown = hoa.browser.get(reply.location)
    assert '<html lang="en">' in shown.body
    assert "Morning Star Bank" in shown.body
    assert "code" in hoa.follow(reply)


def test_oidcc_claims_locales(hoa, rp):
    assert "code" in hoa.authorize(rp, claims_locales="se")


def test_oidcc_ensure_request_with_acr_values_succeeds(hoa, rp):
    reply = hoa.browser.get(rp.address(acr_values="substantial high"))
    tokens = body(rp.exchange(hoa.follow(reply, acr="substantial")["code"]))
    assert rp.read(tokens["id_token"])["acr"] == "substantial"


def test_oidcc_codereuse(hoa, rp):
    code = hoa.authorize(rp)["code"]
    assert rp.exchange(code).status == 200
    again = rp.exchange(code)
    assert (again.status, body(again)["error"]) == (400, "invalid_grant")


def test_oidcc_codereuse_30seconds(hoa, rp, audited):
    code = hoa.authorize(rp)["code"]
    tokens = body(rp.exchange(code))
    rp.identity.clock.move(timedelta(seconds=30))
    again = rp.exchange(code)
    assert (again.status, body(again)["error"]) == (400, "invalid_grant")
    assert rp.userinfo(tokens["access_token"]).status == 401
    assert body(rp.refresh(tokens["refresh_token"]))["error"] == "invalid_grant"
    assert ("code-reused", "ended", "rp") in audited()


def test_oidcc_ensure_registered_redirect_uri(hoa, rp):
    reply = hoa.browser.get(rp.address(redirect_uri="https://evil.example/callback"))
    assert reply.status == 400
    assert "location" not in reply.headers
    assert "redirect_uri" in reply.body


def test_oidcc_ensure_post_request_succeeds(hoa, rp):
    assert "code" in hoa.follow(hoa.browser.post("/oauth/authorize", rp.request()))


def test_oidcc_server_client_secret_post(hoa, register):
    rp = register(auth_method="client_secret_post")
    tokens = hoa.tokens(rp)
    assert rp.read(tokens["id_token"])["nonce"] == rp.nonce
    basic = Party(rp.identity, rp.client_id, "client_secret_basic", rp.secret, verifier=rp.verifier)
    refused = basic.exchange(hoa.authorize(rp)["code"])
    assert (refused.status, body(refused)["error"]) == (401, "invalid_client")


def test_oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(hoa, rp):
    answer = answered(hoa.browser.get(rp.address(request_uri="https://rp.example/request.jwt")))
    assert (answer["error"], answer["state"]) == ("request_uri_not_supported", rp.state)


def test_oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(hoa, rp):
    answer = answered(hoa.browser.get(rp.address(request="eyJhbGciOiJub25lIn0.e30.")))
    assert (answer["error"], answer["state"]) == ("request_not_supported", rp.state)


def test_oidcc_claims_essential(hoa, rp):
    claims = orjson.dumps({"userinfo": {"name": {"essential": True}}}).decode()
    tokens = hoa.tokens(rp, claims=claims)
    told = body(rp.userinfo(tokens["access_token"]))
    assert told["name"] == "Nguyễn Thị Hoa"
    assert set(told) == {"sub", "name"}


def test_oidcc_ensure_request_object_with_redirect_uri(hoa, rp):
    reply = hoa.browser.get(
        rp.address(redirect_uri="https://evil.example/", request="eyJhbGciOiJub25lIn0.e30.")
    )
    assert reply.status == 400
    assert "location" not in reply.headers


def test_oidcc_refresh_token(hoa, rp, register):
    tokens = hoa.tokens(rp, scope="openid offline_access")
    first = rp.read(tokens["id_token"])
    rp.identity.clock.move(timedelta(seconds=5))
    fresh = body(rp.refresh(tokens["refresh_token"]))
    assert fresh["refresh_token"] != tokens["refresh_token"]
    second = rp.read(fresh["id_token"])
    same = ("iss", "sub", "aud", "auth_time", "sid")
    assert [second[name] for name in same] == [first[name] for name in same]
    assert second["iat"] > first["iat"]
    assert "nonce" not in second
    # The second client of the module cannot use the first one's.
    stolen = register("other").refresh(fresh["refresh_token"])
    assert body(stolen)["error"] == "invalid_grant"
    assert rp.refresh(fresh["refresh_token"]).status == 200


def test_oidcc_ensure_request_with_valid_pkce_succeeds(hoa, rp):
    tokens = hoa.tokens(rp)
    assert "id_token" in tokens


def test_oidcc_discovery_endpoint_verification(hoa, rp):
    reply = hoa.browser.get("/.well-known/openid-configuration")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    metadata = OpenIDProviderMetadata(body(reply))
    with_tls = OpenIDProviderMetadata(orjson.loads(reply.body.replace(ISSUER, "https://id.example")))
    with_tls.validate()
    assert metadata["issuer"] == ISSUER
    assert "RS256" in metadata["id_token_signing_alg_values_supported"]
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert metadata["authorization_response_iss_parameter_supported"] is True
    for name, value in metadata.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            path = value.removeprefix(ISSUER)
            assert hoa.browser.ask("PUT", path).status == 405, name
    keys = body(hoa.browser.get(metadata["jwks_uri"]))["keys"]
    assert sorted(key["alg"] for key in keys) == ["ES256", "RS256"]
    # The platform's own key is another one, and these are not the platform's.
    ours = rp.identity.ask(queries.key_set, Nothing, {})["keys"]
    assert not {key["kid"] for key in ours} & {key["kid"] for key in keys}
    assert all(not {"d", "p", "q", "k"} & set(key) for key in keys)


def test_key_rotation(hoa, rp):
    identity = rp.identity

    def kids():
        return [key["kid"] for key in body(rp.endpoint.get("/oauth/jwks"))["keys"] if key["alg"] == "RS256"]

    def signer():
        return extract_compact(hoa.tokens(rp)["id_token"].encode()).headers()["kid"]

    # The keys of the fixture were made to end later than a real key does.
    first = kids()
    old = hoa.tokens(rp)["id_token"]
    identity.clock.move(SIGNS_FOR + timedelta(seconds=1))
    jobs.rotate_keys(identity.sessions, identity.vault)
    assert len(kids()) == 2
    assert kids()[0] == first[0] == signer()
    identity.clock.move(PUBLISHED_AHEAD)
    assert signer() == kids()[1]
    assert rp.read(old)["sub"]
    identity.clock.move(timedelta(days=10) + OUTLIVES)
    jobs.forget_what_is_over(identity.sessions)
    assert len(kids()) == 1
    assert signer() != first[0]


def test_an_id_token_is_signed_as_the_client_registered(hoa, register):
    rp = register(id_token_alg="ES256")
    token = hoa.tokens(rp)["id_token"]
    assert extract_compact(token.encode()).headers()["alg"] == "ES256"
    assert rp.read(token)["sub"]
