"""Passkeys: what proves a person, and all that does not."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from services.identity.tables import Account, Passkey, Session
from tests.integration.identity.web.authenticator import SoftKey
from tests.integration.identity.web.conftest import Browser

ISSUER = "https://dichvucong.example.vn"
PASSKEYS, USE = "/account/passkeys", "/account/passkey"


@pytest.fixture
def browser(identity):
    identity.sign_up()
    made = Browser(identity, issuer=ISSUER)
    made.sign_in()
    return made


def options(browser, path, page=PASSKEYS, **fields):
    return json.loads(browser.fill(page, fields, at=path).body)


def added(browser, key, name="điện thoại"):
    credential = key.create(options(browser, f"{PASSKEYS}/options"))
    return browser.fill(PASSKEYS, {"credential": credential, "name": name})


def used(browser, key, page="/account/sign-in", **fields):
    credential = key.get(options(browser, f"{USE}/options", page, **fields))
    return browser.fill(page, {"credential": credential, **fields}, at=USE)


def session_of(identity):
    with identity.sessions.work() as work:
        return work.session.scalars(select(Session).order_by(Session.id.desc()).limit(1)).one()


@pytest.mark.parametrize(("synced", "method"), [(False, "hwk"), (True, "swk")])
def test_a_passkey_signs_in_by_itself(browser, identity, synced, method):
    key = SoftKey(ISSUER, synced=synced)
    page = added(browser, key)
    assert page.body.count("<li><code>") == 10
    stranger = Browser(identity, issuer=ISSUER)
    assert used(stranger, key).location == "/account"
    session = session_of(identity)
    assert (session.acr, session.amr) == ("substantial", [method, "user", "mfa"])
    assert "điện thoại" in stranger.get(PASSKEYS).body


def test_a_proven_identity_with_a_passkey_is_highly_assured(browser, identity):
    key = SoftKey(ISSUER)
    added(browser, key)
    with identity.sessions.work() as work:
        work.session.execute(update(Account).values(proofing="verified"))
    page = "/account/step-up?acr=high"
    assert used(browser, key, page, step_up="yes").location == "/account"
    assert session_of(identity).acr == "high"
    assert len(key.owner) > 0


def test_a_passkey_completes_a_password(browser, identity):
    key = SoftKey(ISSUER)
    added(browser, key)
    other = Browser(identity, issuer=ISSUER)
    assert other.sign_in().location == "/account/second-factor"
    assert used(other, key, "/account/second-factor").location == "/account"
    assert session_of(identity).amr == ["pwd", "hwk", "user", "mfa"]


@pytest.mark.parametrize(
    "spoilt",
    [
        {"origin": "https://evil.example"},
        {"verifies": False},
        {"owner": "c29tZWJvZHkgZWxzZQ"},
        {"count": 0},
        {"id": b"unknown"},
    ],
)
def test_what_is_not_quite_right_proves_nobody(browser, identity, spoilt):
    key = SoftKey(ISSUER, count=5)
    added(browser, key)
    for name, value in spoilt.items():
        setattr(key, name, value)
    stranger = Browser(identity, issuer=ISSUER)
    refused = used(stranger, key)
    assert refused.status == 401
    assert stranger.get("/account").location == "/account/sign-in"


def test_a_count_that_goes_back_is_that_of_a_copied_key(browser, identity):
    key = SoftKey(ISSUER)
    added(browser, key)
    for expected in (303, 303):
        assert used(Browser(identity, issuer=ISSUER), key).status == expected
    key.count = 1
    assert used(Browser(identity, issuer=ISSUER), key).status == 401


def test_another_key_under_the_same_name_proves_nobody(browser, identity):
    key = SoftKey(ISSUER)
    added(browser, key)
    forged = SoftKey(ISSUER, id=key.id, owner=key.owner)
    assert used(Browser(identity, issuer=ISSUER), forged).status == 401


def test_a_challenge_is_of_one_browser_for_one_use_and_ten_minutes(browser, identity):
    key = SoftKey(ISSUER, synced=True)
    added(browser, key)
    stranger, thief = Browser(identity, issuer=ISSUER), Browser(identity, issuer=ISSUER)
    given = options(stranger, f"{USE}/options", "/account/sign-in")
    credential = key.get(given)
    assert thief.fill("/account/sign-in", {"credential": credential}, at=USE).status == 401
    cookies = dict(stranger.cookies)
    assert stranger.fill("/account/sign-in", {"credential": credential}, at=USE).location == "/account"
    stranger.cookies = cookies
    assert stranger.fill("/account/sign-in", {"credential": credential}, at=USE).status == 401
    late = key.get(options(thief, f"{USE}/options", "/account/sign-in"))
    identity.clock.move(timedelta(minutes=10))
    assert thief.fill("/account/sign-in", {"credential": late}, at=USE).status == 401


def test_anothers_passkey_neither_completes_a_password_nor_lifts_a_session(browser, identity):
    mine, theirs = SoftKey(ISSUER), SoftKey(ISSUER)
    added(browser, mine)
    identity.sign_up_other()
    other = Browser(identity, issuer=ISSUER)
    other.sign_in(identifier="079085000022")
    added(other, theirs)
    victim = Browser(identity, issuer=ISSUER)
    victim.sign_in()
    assert used(victim, theirs, "/account/second-factor").status == 401
    assert used(browser, theirs, "/account/step-up?then=/account/password", step_up="yes").status == 401


@pytest.mark.parametrize(
    "credential", ["", "{}", "[]", "null", '{"id": 1}', '{"response": {}}', "\x00", "x" * 999]
)
def test_nonsense_is_refused(browser, credential):
    assert browser.fill(PASSKEYS, {"credential": credential, "name": "x"}).status == 422
    options(browser, f"{PASSKEYS}/options")
    assert browser.fill(PASSKEYS, {"credential": credential, "name": "x"}).status == 422
    page = "/account/sign-in?again=yes"
    options(browser, f"{USE}/options", page)
    assert browser.fill(page, {"credential": credential}, at=USE).status == 401


def test_a_passkey_that_did_not_verify_its_user_is_not_taken(browser, identity):
    assert added(browser, SoftKey(ISSUER, verifies=False)).status == 422
    assert added(browser, SoftKey("https://evil.example")).status == 422
    key = SoftKey(ISSUER)
    assert added(browser, key).status == 200
    assert added(browser, key).status == 422
    with identity.sessions.work() as work:
        assert len(work.session.scalars(select(Passkey.id)).all()) == 1


def test_passkeys_are_named_and_removed_by_their_owner_alone(browser, identity):
    added(browser, SoftKey(ISSUER))
    identity.sign_up_other()
    other = Browser(identity, issuer=ISSUER)
    other.sign_in(identifier="079085000022")
    with identity.sessions.work() as work:
        mine = work.session.scalars(select(Passkey.id)).one()
    for path, fields in (("name", {"name": "của tôi"}), ("remove", {})):
        other.fill(PASSKEYS, {"id": mine, **fields}, at=f"{PASSKEYS}/{path}")
    assert "điện thoại" in browser.get(PASSKEYS).body
    browser.fill(PASSKEYS, {"id": mine, "name": "máy cũ"}, at=f"{PASSKEYS}/name")
    assert "máy cũ" in browser.get(PASSKEYS).body
    browser.fill(PASSKEYS, {"id": mine}, at=f"{PASSKEYS}/remove")
    assert Browser(identity, issuer=ISSUER).sign_in().location == "/account"


def test_no_passkey_is_offered_at_an_address_of_numbers(identity, browser):
    local = Browser(identity)
    assert "passkeys.js" not in local.get("/account/sign-in").body
    assert "passkeys.js" in Browser(identity, issuer=ISSUER).get("/account/sign-in").body
