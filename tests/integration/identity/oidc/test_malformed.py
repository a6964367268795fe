"""Whatever is sent to the provider, it answers with an error of the specification, and notes it."""

import string
from urllib.parse import urlencode

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.identity.oidc.routes import ROUTES
from tests.integration.identity.oidc.conftest import answered

ERRORS = {
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
    "invalid_scope",
    "invalid_token",
    "invalid_request_uri",
    "login_required",
    "consent_required",
    "interaction_required",
    "request_not_supported",
    "request_uri_not_supported",
    "registration_not_supported",
    "unmet_authentication_requirements",
}
NAMES = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "prompt",
    "max_age",
    "claims",
    "acr_values",
    "id_token_hint",
    "request",
    "request_uri",
    "response_mode",
    "code_challenge",
    "code_challenge_method",
    "grant_type",
    "code",
    "code_verifier",
    "refresh_token",
    "token",
    "token_type_hint",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "access_token",
    "post_logout_redirect_uri",
    "logout_hint",
    "decision",
    "registration",
]
VALUES = st.one_of(
    st.sampled_from(
        [
            "",
            "code",
            "none",
            "openid",
            "fuzzed",
            "S256",
            "authorization_code",
            "refresh_token",
            "https://rp.example/callback",
            "urn:ietf:params:oauth:request_uri:" + "x" * 43,
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "x" * 43,
            "eyJhbGciOiJub25lIn0.e30.",
            "e30.e30.e30",
            '{"id_token":{"acr":{"essential":true,"values":[1,null]}}}',
            '{"userinfo":[]}',
            "a\0b",
            "\ud7ff\U0010ffff",
        ]
    ),
    st.text(max_size=40).filter(lambda text: text.isascii() or "\ud800" not in ascii(text)),
    st.binary(max_size=30).map(lambda raw: raw.decode("latin-1")),
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "authorization": st.one_of(
            st.sampled_from(["Basic", "Basic Og==", "Bearer", "Bearer x", "Basic /w==", "Bearer a\0"]),
            st.text(string.printable, max_size=30),
        ),
        "cookie": st.one_of(
            st.sampled_from(["motcua=x", 'motcua="']), st.text(string.printable, max_size=30)
        ),
        "content_type": st.sampled_from(["application/x-www-form-urlencoded", "text/plain", ""]),
    },
)


@pytest.fixture
def fuzzed(register):
    return register("fuzzed", auth_method="none")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(sorted(ROUTES)),
    method=st.sampled_from(["GET", "POST"]),
    pairs=st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=9),
    raw=st.one_of(st.none(), st.text(string.printable, max_size=40)),
    headers=HEADERS,
)
def test_nothing_that_is_sent_is_more_than_an_error(fuzzed, path, method, pairs, raw, headers):
    sent = raw if raw is not None else urlencode(pairs, errors="surrogatepass")
    headers = {"content_type": "application/x-www-form-urlencoded"} | headers
    if method == "GET":
        reply = fuzzed.endpoint.ask("GET", f"{path}?{sent}".replace("#", ""), **headers)
    else:
        reply = fuzzed.endpoint.ask("POST", path, sent, **headers)
    assert reply.status in (200, 201, 303, 400, 401, 405), reply.body
    if reply.headers.get("content-type") == "application/json" and reply.status >= 400 and reply.body != "{}":
        assert orjson.loads(reply.body)["error"] in ERRORS
    if reply.status == 303 and reply.location.startswith("https://rp.example"):
        assert answered(reply)["error"] in ERRORS


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from([*NAMES, "display", "login_hint", "ui_locales"]), value=VALUES)
def test_one_wrong_parameter_of_a_right_request_is_an_error_at_the_client_or_none(fuzzed, name, value):
    address = f"/oauth/authorize?{urlencode(fuzzed.request(**{name: value}), errors='surrogatepass')}"
    reply = fuzzed.endpoint.get(address)
    if name in ("client_id", "redirect_uri", "request_uri") and reply.status == 400:
        return
    if reply.status == 200:
        assert 'id="answer"' in reply.body
    elif not reply.location.startswith("/account/"):
        assert answered(reply)["error"] in ERRORS
