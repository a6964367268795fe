"""Second factors: set up, asked for at every sign-in, used up, and taken away."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import select, update

from services.identity import lockout
from services.identity.errors import SecondFactorRequired, SignInPaused, WrongFactor
from services.identity.tables import Account, Authenticator, RecoveryCode, Session
from tests.integration.identity.test_sign_in import claims_of
from tests.integration.identity.web.conftest import Browser

SIGN_IN, SECOND, STEP_UP, HOME = "/account/sign-in", "/account/second-factor", "/account/step-up", "/account"
NEXT_STEP = timedelta(seconds=30)


@pytest.fixture
def app(browser, identity):
    """Hoa, signed in, with an authenticator app: its secret and her recovery codes."""
    identity.sign_up()
    browser.sign_in()
    made = browser.set_up_app()
    identity.clock.move(NEXT_STEP)
    return made


def newest_session(identity):
    with identity.sessions.work() as work:
        return work.session.scalars(select(Session).order_by(Session.id.desc()).limit(1)).one()


def test_an_app_is_asked_for_at_every_sign_in(app, identity):
    secret, codes = app
    assert len(codes) == 10
    browser = Browser(identity)
    assert browser.sign_in().location == SECOND
    assert browser.get(HOME).location == SIGN_IN
    done = browser.fill(SECOND, {"code": browser.code(secret)})
    assert done.location == HOME
    session = newest_session(identity)
    assert (session.acr, session.amr) == ("substantial", ["pwd", "otp", "mfa"])


def test_a_code_counts_once_in_either_order(app, identity):
    secret, _ = app
    first, second = Browser(identity), Browser(identity)
    code = first.code(secret)
    for browser in (first, second):
        browser.sign_in()
    assert first.fill(SECOND, {"code": code}).status == 303
    refused = second.fill(SECOND, {"code": code})
    assert refused.status == 422
    assert 'aria-describedby="code-hint code-error"' in refused.body
    identity.clock.move(NEXT_STEP)
    assert second.fill(SECOND, {"code": second.code(secret)}).status == 303


def test_a_recovery_code_counts_once(app, identity):
    _, codes = app
    for expected in (303, 422):
        browser = Browser(identity)
        browser.sign_in()
        assert browser.fill(SECOND, {"code": codes[0].upper()}).status == expected
    with identity.sessions.work() as work:
        kept = work.session.scalars(select(RecoveryCode.digest)).all()
        assert not set(codes) & set(kept)


def test_the_second_step_needs_the_first_in_this_browser_within_ten_minutes(app, identity):
    browser = Browser(identity)
    assert browser.get(SECOND).location == SIGN_IN
    browser.sign_in()
    identity.clock.move(timedelta(minutes=10))
    assert browser.get(SECOND).location == SIGN_IN
    browser.sign_in()
    assert Browser(identity).get(SECOND).location == SIGN_IN
    assert browser.get(SECOND).status == 200


def test_ten_wrong_codes_pause_the_second_factor_of_the_account_for_strangers_alone(app, identity, browser):
    secret, _ = app
    browser.fill("/account/sign-out", {})
    stranger = Browser(identity)
    stranger.sign_in()
    for _ in range(lockout.LIMIT):
        assert stranger.fill(SECOND, {"code": "000000"}).status == 422
        identity.clock.move(timedelta(seconds=20))
    refused = stranger.fill(SECOND, {"code": stranger.code(secret)})
    assert refused.status == 429
    browser.sign_in()
    assert browser.fill(SECOND, {"code": browser.code(secret)}).location == HOME
    identity.clock.move(lockout.PAUSE)
    stranger.sign_in()
    assert stranger.fill(SECOND, {"code": stranger.code(secret)}).location == HOME


def test_apps_sign_in_with_a_code_too(app, identity):
    secret, codes = app
    with pytest.raises(SecondFactorRequired):
        identity.sign_in()
    with pytest.raises(WrongFactor):
        identity.sign_in(code="123")
    code = Browser(identity).code(secret)
    assert claims_of(identity, identity.sign_in(code=code))["acr"] == "substantial"
    with pytest.raises(WrongFactor):
        identity.sign_in(code=code)
    assert claims_of(identity, identity.sign_in(code=codes[3]))["acr"] == "substantial"
    for _ in range(lockout.LIMIT):
        with pytest.raises(WrongFactor):
            identity.sign_in(code="000000")
    with pytest.raises(SignInPaused):
        identity.sign_in(code=codes[4])


def test_a_code_nobody_needs_is_ignored(identity):
    identity.sign_up()
    assert claims_of(identity, identity.sign_in(code="123456"))["acr"] == "low"


def test_the_secret_is_encrypted_at_rest(app, identity):
    secret, _ = app
    with identity.sessions.work() as work:
        stored = work.session.scalars(select(Authenticator)).one()
    assert secret not in stored.sealed_secret
    assert identity.vault.unseal(stored.sealed_secret) == secret


def test_a_wrong_first_code_turns_nothing_on_and_shows_the_same_key_again(browser, identity):
    identity.sign_up()
    browser.sign_in()
    first = browser.get("/account/authenticator").body
    wrong = browser.fill("/account/authenticator", {"code": "000000"})
    assert wrong.status == 422
    key = first.partition("<code>")[2].partition("</code>")[0]
    assert key in wrong.body
    assert "data:image/svg+xml" in wrong.body
    assert Browser(identity).sign_in().location == HOME


def test_a_short_password_needs_a_second_factor_for_as_long_as_it_is_short(app, identity, browser):
    short, long = "8 mèo con", "tám con mèo con trên mái"
    change = {"password": "ba con mèo trên mái nhà", "new_password": short}
    assert browser.fill("/account/password", change).location.startswith(HOME)
    refused = browser.fill("/account/authenticator", {}, at="/account/authenticator/remove")
    assert refused.status == 409
    stranger = Browser(identity)
    assert stranger.sign_in(short).location == SECOND
    change = {"password": short, "new_password": long}
    assert browser.fill("/account/password", change).status == 303
    removed = browser.fill("/account/authenticator", {}, at="/account/authenticator/remove")
    assert removed.location == f"{HOME}?notice=factor-removed"
    assert Browser(identity).sign_in(long).location == HOME
    with identity.sessions.work() as work:
        assert work.session.scalars(select(RecoveryCode)).all() == []
    refused = browser.fill("/account/password", {"password": long, "new_password": short})
    assert refused.status == 422
    assert "15" in refused.body


@pytest.mark.parametrize("new", ["matkhau123456789", "x" * 129, "Nguyễn Thị Hoa 1"[:14], "ngắn"])
def test_a_bad_new_password_is_refused_and_the_old_one_stays(browser, identity, new):
    identity.sign_up()
    browser.sign_in()
    change = {"password": "ba con mèo trên mái nhà", "new_password": new}
    assert browser.fill("/account/password", change).status == 422
    assert Browser(identity).sign_in().location == HOME


def test_a_changed_password_ends_all_other_sessions(browser, identity):
    identity.sign_up()
    other = Browser(identity)
    for one in (browser, other):
        one.sign_in()
    cookie = browser.cookies["motcua"]
    wrong = {"password": "not the right password", "new_password": "một mật khẩu khác hẳn"}
    assert browser.fill("/account/password", wrong).status == 401
    browser.fill("/account/password", wrong | {"password": "ba con mèo trên mái nhà"})
    assert browser.get(HOME).status == 200
    assert browser.cookies["motcua"] != cookie
    assert other.get(HOME).location == SIGN_IN
    assert Browser(identity).sign_in().status == 401


def test_changing_factors_asks_for_a_fresh_proof(app, identity, browser):
    secret, _ = app
    identity.clock.move(timedelta(minutes=3))
    stale = browser.get("/account/authenticator")
    assert stale.location == "/account/step-up?then=%2Faccount%2Fauthenticator"
    page = browser.get(stale.location)
    assert 'name="password"' in page.body
    assert 'name="code"' in page.body
    fields = {"password": "ba con mèo trên mái nhà", "code": browser.code(secret)}
    then = {"then": "/account/authenticator"}
    assert browser.fill(stale.location, {"password": fields["password"], "code": "1"} | then).status == 422
    cookie = browser.cookies["motcua"]
    done = browser.fill(stale.location, fields | then)
    assert done.location == "/account/authenticator"
    assert browser.cookies["motcua"] != cookie
    assert browser.get("/account/authenticator").status == 200


@pytest.mark.parametrize(
    "then", ["https://evil.example", "//evil.example", "/oauth/authorize", "/account/../x"]
)
def test_a_fresh_proof_leads_to_pages_of_ours_alone(browser, identity, then):
    identity.sign_up()
    browser.sign_in()
    page = f"{STEP_UP}?acr=substantial&then={quote(then)}"
    # Only the links to this very page in another language carry it along.
    assert not re.search(r'(href|action|value)="[^"?]*evil', browser.get(page).body)
    assert browser.get(f"{STEP_UP}?acr=low&then={quote(then)}").location == HOME


def test_a_step_up_asks_for_what_is_missing_and_nothing_else(identity, browser):
    identity.sign_up()
    browser.sign_in()
    page = browser.get(f"{STEP_UP}?acr=substantial")
    assert "/account/authenticator" in page.body
    assert 'name="password"' not in page.body
    other = Browser(identity)
    other.sign_in()
    secret, _ = other.set_up_app()
    identity.clock.move(NEXT_STEP)
    page = browser.get(f"{STEP_UP}?acr=substantial")
    assert 'name="code"' in page.body
    assert 'name="password"' not in page.body
    fields = {"acr": "substantial", "code": browser.code(secret)}
    assert browser.fill(f"{STEP_UP}?acr=substantial", fields).location == HOME
    assert browser.get(f"{STEP_UP}?acr=substantial").location == HOME
    high = browser.get(f"{STEP_UP}?acr=high")
    assert "VNeID" in high.body
    with identity.sessions.work() as work:
        work.session.execute(update(Account).values(proofing="verified"))
    assert "/account/passkeys" in browser.get(f"{STEP_UP}?acr=high").body


def test_new_recovery_codes_replace_the_old_ones(app, identity, browser):
    _, old = app
    page = browser.fill("/account/recovery-codes", {})
    assert page.body.count("<li><code>") == 10
    assert not any(code in page.body for code in old)
    stranger = Browser(identity)
    stranger.sign_in()
    assert stranger.fill(SECOND, {"code": old[0]}).status == 422
