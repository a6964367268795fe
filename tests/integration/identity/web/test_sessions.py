"""Signing in and out on pages, and the sessions this makes."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from services.identity.tables import Session
from services.identity.web import consenting
from tests.integration.identity.web.conftest import Browser

SIGN_IN, HOME = "/account/sign-in", "/account"


@pytest.fixture
def hoa(identity):
    return identity.sign_up()["id"]


def stored(identity, wanted):
    with identity.sessions.work() as work:
        return work.session.scalars(wanted).all()


def test_a_citizen_signs_in_and_sees_the_account(browser, identity, hoa):
    assert browser.get(HOME).location == SIGN_IN
    done = browser.sign_in()
    assert (done.status, done.location) == (303, HOME)
    page = browser.get(HOME)
    assert page.status == 200
    assert "Nguyễn Thị Hoa" in page.body
    (session,) = stored(identity, select(Session))
    assert (session.account, session.acr, session.amr) == (hoa, "low", ["pwd"])
    assert browser.get(SIGN_IN).location == HOME


@pytest.mark.parametrize("identifier", ["001190000011", "079085000022", "không có"])
def test_a_wrong_sign_in_is_shown_alike_and_next_to_its_field(browser, hoa, identifier):
    page = browser.sign_in("not the right password", identifier)
    assert page.status == 401
    assert 'role="alert" tabindex="-1" autofocus' in page.body
    assert 'aria-invalid="true" aria-describedby="identifier-error"' in page.body
    assert re.sub(re.escape(identifier), "", page.body).count("không khớp") == 2
    assert browser.get(HOME).location == SIGN_IN


def test_a_page_is_ours_alone_and_never_kept(browser, hoa):
    page = browser.get(SIGN_IN)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"
    assert "style=" not in page.body
    assert "<script>" not in page.body


def test_the_cookie_changes_with_every_proof_and_an_old_one_is_worth_nothing(browser, identity, hoa):
    browser.cookies["motcua"] = "planted"
    browser.sign_in()
    first = browser.cookies["motcua"]
    assert first != "planted"
    again = browser.fill(
        f"{SIGN_IN}?again=yes", {"identifier": "001190000011", "password": "ba con mèo trên mái nhà"}
    )
    assert again.location == HOME
    assert browser.cookies["motcua"] != first
    (session,) = stored(identity, select(Session))
    thief = Browser(identity, {"motcua": first})
    assert thief.get(HOME).location == SIGN_IN
    assert session.ended_at is None


def test_cookies_are_kept_from_scripts_and_other_sites(identity, hoa):
    browser = Browser(identity, issuer="https://dichvucong.example.vn")
    browser.sign_in()
    assert set(browser.cookies) == {"__Host-motcua", "__Host-motcua-visitor", "__Host-motcua-device"}


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "none"},
        {"origin": "https://evil.example"},
    ],
)
def test_a_form_of_another_site_is_refused(browser, hoa, headers):
    fields = {"identifier": "001190000011", "password": "ba con mèo trên mái nhà"}
    token = re.search(r'name="token" value="([^"]+)"', browser.get(SIGN_IN).body)[1]
    refused = browser.post(SIGN_IN, fields | {"token": token}, **headers)
    assert refused.status == 403
    assert browser.post(SIGN_IN, fields | {"token": token}, origin="null").status == 303


def test_a_token_is_of_one_visitor_and_one_session(browser, identity, hoa):
    fields = {"identifier": "001190000011", "password": "ba con mèo trên mái nhà"}
    others = re.search(r'name="token" value="([^"]+)"', Browser(identity).get(SIGN_IN).body)[1]
    browser.get(SIGN_IN)
    for token in ("", others, "đ"):
        assert browser.post(SIGN_IN, fields | {"token": token}, sec_fetch_site="same-origin").status == 403
    before = re.search(r'name="token" value="([^"]+)"', browser.get(SIGN_IN).body)[1]
    browser.sign_in()
    stale = browser.post("/account/sign-out", {"token": before}, sec_fetch_site="same-origin")
    assert stale.status == 403
    assert browser.get(HOME).status == 200


@pytest.mark.parametrize(
    "request_id", ["https://evil.example", "//evil.example/x", "x&then=https://evil.example", "a\r\nb: c"]
)
def test_a_sign_in_leads_nowhere_but_to_our_own_pages(browser, hoa, request_id):
    from urllib.parse import quote

    page = browser.get(f"{SIGN_IN}?request={quote(request_id, safe='')}")
    token = re.search(r'name="token" value="([^"]+)"', page.body)[1]
    fields = {"identifier": "001190000011", "password": "ba con mèo trên mái nhà", "then": request_id}
    done = browser.post(
        SIGN_IN, fields | {"token": token, "request": request_id}, sec_fetch_site="same-origin"
    )
    assert re.fullmatch(r"/oauth/continue\?request=[A-Za-z0-9%._+-]+", done.location)


def test_fifteen_idle_minutes_or_twelve_hours_end_a_session(browser, identity, hoa):
    browser.sign_in()
    for _ in range(51):
        identity.clock.move(timedelta(minutes=14))
        assert browser.get(HOME).status == 200
    identity.clock.move(timedelta(minutes=6))
    assert browser.get(HOME).location == SIGN_IN
    browser.sign_in()
    identity.clock.move(timedelta(minutes=14, seconds=59))
    assert browser.get(HOME).status == 200
    identity.clock.move(timedelta(minutes=15, seconds=1))
    assert browser.get(HOME).location == SIGN_IN


def test_signing_out_here_and_everywhere(browser, identity, hoa):
    elsewhere, app = Browser(identity), identity.sign_up_other
    browser.sign_in()
    elsewhere.sign_in()
    tokens = identity.sign_in()
    assert app()["id"] != hoa
    page = browser.get("/account/sessions")
    assert page.body.count('name="id"') == 2
    done = browser.fill("/account/sign-out", {})
    assert "motcua" not in browser.cookies
    assert done.location == f"{SIGN_IN}?notice=signed-out"
    assert elsewhere.get(HOME).status == 200
    elsewhere.fill("/account/sessions", {}, at="/account/sign-out-everywhere")
    assert elsewhere.get(HOME).location == SIGN_IN
    with pytest.raises(Exception, match="session-ended"):
        identity.refresh(tokens["refresh_token"])


def test_one_session_is_ended_by_its_owner_and_by_nobody_else(browser, identity, hoa):
    identity.sign_up_other()
    browser.sign_in()
    other = Browser(identity)
    other.sign_in(identifier="079085000022")
    (mine,) = stored(identity, select(Session).where(Session.account == hoa))
    for wrong in (mine.id, "nonsense"):
        refused = other.fill("/account/sessions", {"id": wrong})
        assert refused.status == 404
    assert browser.get(HOME).status == 200
    twin = Browser(identity)
    twin.sign_in()
    twin.fill("/account/sessions", {"id": mine.id})
    assert browser.get(HOME).location == SIGN_IN


def test_an_official_out_of_office_is_told_and_not_let_in(browser, identity):
    identity.create_official(validTo="2026-11-21")
    page = browser.sign_in(identifier="desk.hoa")
    assert page.status == 403
    assert "phân công" in page.body
    assert stored(identity, select(Session)) == []


def test_a_language_is_chosen_once(browser, hoa):
    assert "<h1>Đăng nhập</h1>" in browser.get(SIGN_IN).body
    assert "<h1>Sign in</h1>" in browser.get(f"{SIGN_IN}?language=en").body
    english = browser.get(SIGN_IN)
    assert '<html lang="en">' in english.body
    assert english.headers["content-language"] == "en"
    assert browser.get(f"{SIGN_IN}?language=xx").headers["content-language"] == "en"


def test_consents_are_shown_and_withdrawn(browser, hoa, monkeypatch):
    given = {
        "client": "bank",
        "name": "Ngân hàng Sao",
        "allows": ["Họ tên", "Ngày sinh"],
        "given_at": datetime(2026, 11, 22, 3, 0, tzinfo=UTC),
    }
    held = {(hoa, "bank"): given}
    monkeypatch.setattr(
        consenting, "of", lambda account, _: [v for (of, _c), v in held.items() if of == account]
    )
    monkeypatch.setattr(
        consenting, "revoke", lambda account, client, _: held.pop((account, client), None) is not None
    )
    browser.sign_in()
    page = browser.get("/account/consents")
    assert "Ngân hàng Sao" in page.body
    assert "Họ tên; Ngày sinh" in page.body
    assert "10:00 22/11/2026" in page.body
    assert browser.fill("/account/consents", {"client": "other"}).status == 404
    assert browser.fill("/account/consents", {"client": "bank"}).location == "/account/consents"
    assert "chưa đồng ý" in browser.get("/account/consents").body
