"""Signing out at a client's wish, and telling the other clients."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode

import pytest
from joserfc.jws import extract_compact
from sqlalchemy import text

from services.identity.oidc import backchannel
from services.identity.settings import IdentitySettings
from tests.integration.identity.conftest import SECRET
from tests.integration.identity.oidc.conftest import hidden
from tests.integration.identity.web.conftest import ISSUER

AFTER = "https://rp.example/bye"


def address(**parameters):
    return f"/oauth/logout?{urlencode(parameters)}"


def signed_in(hoa, rp):
    return "Location" if hoa.browser.get(rp.address(prompt="none")).location.find("code=") > 0 else None


@pytest.fixture
def rp(register):
    return register(post_logout_redirect_uris=[AFTER])


def test_with_the_id_token_of_the_session_it_is_done_at_once(hoa, rp, audited):
    hint = hoa.tokens(rp)["id_token"]
    rp.identity.clock.move(timedelta(minutes=14))
    reply = hoa.browser.get(address(id_token_hint=hint, post_logout_redirect_uri=AFTER, state="a b"))
    assert (reply.status, reply.location) == (303, f"{AFTER}?state=a+b")
    assert hoa.browser.cookies == {}
    assert not signed_in(hoa, rp)
    assert ("logout", "ok", "rp") in audited()
    again = hoa.browser.get(address(id_token_hint=hint, post_logout_redirect_uri=AFTER))
    assert again.location == AFTER


def test_without_one_the_person_is_asked(hoa, rp):
    hoa.tokens(rp)
    ask = hoa.browser.get(address(client_id="rp", post_logout_redirect_uri=AFTER, state="s"))
    assert ask.status == 200
    assert "Ngân hàng Sao Mai" in ask.body
    assert signed_in(hoa, rp)
    fields = hidden(ask.body) | {"decision": "sign-out"}
    forged = hoa.browser.post("/oauth/logout", fields | {"token": "x"})
    assert (forged.status, bool(signed_in(hoa, rp))) == (200, True)
    done = hoa.browser.post("/oauth/logout", fields)
    assert done.location == f"{AFTER}?state=s"
    assert not signed_in(hoa, rp)
    assert "Bạn đã đăng xuất" in hoa.browser.get("/oauth/logout").body


def test_an_id_token_of_another_session_is_no_permission(hoa, rp):
    old = hoa.tokens(rp)["id_token"]
    hoa.sign_in()
    assert "decision" in hoa.browser.get(address(id_token_hint=old)).body
    assert signed_in(hoa, rp)


def test_a_wrong_wish_changes_nothing_and_leads_nowhere(hoa, rp, register, audited):
    hint = hoa.tokens(rp)["id_token"]
    register("other", post_logout_redirect_uris=["https://other.example/bye"])
    head, payload, _ = hint.split(".")
    for wrong in (
        {"id_token_hint": hint, "post_logout_redirect_uri": AFTER + "/"},
        {"id_token_hint": hint, "post_logout_redirect_uri": "https://other.example/bye"},
        {"id_token_hint": hint, "client_id": "other"},
        {"id_token_hint": f"{head}.{payload}.AAAA", "post_logout_redirect_uri": AFTER},
        {"id_token_hint": "nonsense"},
        {"client_id": "nobody", "post_logout_redirect_uri": AFTER},
        {"post_logout_redirect_uri": AFTER},
        {"client_id": "a\0b"},
    ):
        reply = hoa.browser.get(address(**wrong))
        assert (reply.status, "location" in reply.headers) == (400, False), wrong
        assert audited()[-1][:2] == ("logout", "invalid_request")
    assert signed_in(hoa, rp)


class _Client:
    """A client's server for logout tokens."""

    def __init__(self):
        self.told, self.status = [], 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
                outer.told.append(form["logout_token"][0])
                self.send_response(outer.status)
                self.send_header("location", "http://127.0.0.1:1/")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def uri(self):
        return f"http://127.0.0.1:{self.server.server_port}/backchannel"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def listener():
    client = _Client()
    yield client
    client.close()


def tell(identity):
    return backchannel.tell(identity.sessions, identity.vault, IdentitySettings(SECRET, issuer=ISSUER))


def test_clients_of_an_ended_session_are_told(hoa, register, listener):
    rp = register(backchannel_logout_uri=listener.uri, pairwise=True)
    quiet = register("quiet", post_logout_redirect_uris=[AFTER])
    claims = rp.read(hoa.tokens(rp)["id_token"])
    hint = hoa.tokens(quiet)["id_token"]
    assert tell(rp.identity) == 0
    hoa.browser.get(address(id_token_hint=hint))
    assert tell(rp.identity) == 1
    assert tell(rp.identity) == 0
    (token,) = listener.told
    said = rp.read(token)
    assert extract_compact(token.encode()).headers()["typ"] == "logout+jwt"
    assert (said["iss"], said["aud"]) == (ISSUER, "rp")
    assert (said["sub"], said["sid"]) == (claims["sub"], claims["sid"])
    assert said["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert "nonce" not in said
    assert said["jti"]
    assert said["exp"] - said["iat"] == 120


def test_a_client_that_does_not_answer_is_asked_again_and_then_left(hoa, register, listener):
    # A redirect is no answer either, and is not followed.
    listener.status = 302
    rp = register(backchannel_logout_uri=listener.uri)
    hoa.tokens(rp)
    with rp.identity.sessions.work() as work:
        now = rp.identity.clock.now()
        work.session.execute(text("UPDATE sessions SET ended_at = :now"), {"now": now})
    for _ in range(12):
        assert tell(rp.identity) == 0
        rp.identity.clock.move(timedelta(hours=4))
    assert len(listener.told) == 6
    with rp.identity.sessions.work() as work:
        assert work.session.scalar(text("SELECT outcome FROM logout_notices")) == "gave-up"


def test_a_failing_client_does_not_hold_up_the_others(hoa, register, listener):
    tried = []

    def send(uri, token):
        tried.append(uri)
        return uri == listener.uri and backchannel.post(uri, token)

    dead = register("dead", backchannel_logout_uri="https://dead.example/x")
    rp = register(backchannel_logout_uri=listener.uri)
    for _ in range(3):
        hoa.sign_in()
        hoa.tokens(dead)
        hoa.tokens(rp)
    rp.identity.clock.move(timedelta(hours=12))
    settings = IdentitySettings(SECRET, issuer=ISSUER)
    assert backchannel.tell(rp.identity.sessions, rp.identity.vault, settings, send) == 3
    assert len(listener.told) == 3
    assert tried.count("https://dead.example/x") == 1


def test_nobody_listening_is_a_failure_and_no_exception():
    assert backchannel.post("http://127.0.0.1:1/", "x") is False
