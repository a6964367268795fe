"""Signing up and recovering a password: whoever has no right to know learns nothing of accounts."""

import re
import statistics
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.identity import lockout, one_time_codes
from services.identity.tables import Account, Device, Session
from tests.integration.identity.web.conftest import Browser
from tests.integration.identity.web.mailbox import Mailbox

PHONE, NEW = "+84912345601", "một mật khẩu khác hẳn"
DETAILS = {
    "number": "001190000011",
    "name": "Nguyễn Thị Hoa",
    "birth_date": "17/5/1990",
    "phone": "0912345601",
    "new_password": "ba con mèo trên mái nhà",
}


@pytest.fixture
def mailbox(identity):
    return Mailbox(identity)


def signed_up(browser, **changes):
    browser.cookies.clear()
    return browser.fill("/account/sign-up", DETAILS | changes)


def accounts(identity):
    with identity.sessions.work() as work:
        return work.session.scalar(select(func.count()).select_from(Account))


def without_token(page):
    return re.sub(r'name="token" value="[^"]*"', "", page.body)


def test_a_citizen_signs_up_with_a_code_on_the_phone(browser, identity, mailbox):
    assert signed_up(browser).location == "/account/sign-up/code"
    assert accounts(identity) == 0
    assert browser.fill("/account/sign-up/code", {"code": "000000"}).status == 422
    done = browser.fill("/account/sign-up/code", {"code": mailbox.newest(PHONE)})
    assert done.location == "/account/sign-in?notice=signed-up"
    assert "Nếu số này chưa có tài khoản" in browser.get(done.location).body
    assert browser.sign_in().location == "/account"
    with identity.sessions.work() as work:
        account = work.session.scalars(select(Account)).one()
        assert (account.identifier, account.phone, account.proofing) == (
            "001190000011",
            PHONE,
            "self-asserted",
        )
    assert browser.get("/account/sign-up/code").location == "/account/sign-up"


def test_a_taken_number_is_told_to_its_owner_and_not_on_the_page(browser, identity, mailbox):
    signed_up(browser)
    first = browser.fill("/account/sign-up/code", {"code": mailbox.newest(PHONE)})
    begun = signed_up(browser, phone="0987654321", new_password=NEW)
    assert begun.location == "/account/sign-up/code"
    again = browser.fill("/account/sign-up/code", {"code": mailbox.newest("+84987654321")})
    assert (again.status, again.location) == (first.status, first.location)
    assert [told[0] for told in mailbox.told] == [PHONE]
    assert accounts(identity) == 1
    assert browser.sign_in(NEW).status == 401
    assert browser.sign_in().location == "/account"


def test_all_that_is_wrong_is_named_at_its_field(browser, identity, mailbox):
    page = signed_up(
        browser, number="1", name="", birth_date="31/02/1990", phone="", email="x", new_password="ngắn"
    )
    assert page.status == 422
    for name in ("number", "name", "birth_date", "email", "new_password"):
        assert f'id="{name}-error"' in page.body, name
        assert f'href="#{name}"' in page.body
    assert "ngắn" not in page.body
    assert 'id="phone-error"' in signed_up(browser, phone="").body
    assert 'id="birth_date-error"' in signed_up(browser, birth_date="1991").body
    assert 'id="new_password-error"' in signed_up(browser, new_password="matkhau123456789").body
    assert mailbox.sent == []


def test_a_sign_up_under_way_keeps_nothing_readable(browser, identity, mailbox):
    signed_up(browser)
    from services.identity.tables import Ceremony

    with identity.sessions.work() as work:
        kept = str(work.session.execute(select(Ceremony.kept, Ceremony.digest, Ceremony.account)).all())
    for text in (*DETAILS.values(), PHONE, *browser.cookies.values()):
        assert text not in kept


def test_a_password_is_recovered_and_everybody_signed_out(browser, identity, mailbox):
    identity.sign_up(phone="0912345601")
    signed_in = Browser(identity)
    signed_in.sign_in()
    begun = browser.fill("/account/recovery", {"identifier": "001190000011"})
    assert begun.location == "/account/recovery/code"
    assert browser.get("/account/recovery/password").location == "/account/recovery"
    assert browser.fill("/account/recovery/code", {"code": "000000"}).status == 422
    assert browser.fill("/account/recovery/code", {"code": mailbox.newest(PHONE)}).status == 303
    assert browser.fill("/account/recovery/password", {"new_password": "ngắn"}).status == 422
    done = browser.fill("/account/recovery/password", {"new_password": NEW})
    assert done.location == "/account/sign-in?notice=password-set"
    assert signed_in.get("/account").location == "/account/sign-in"
    assert mailbox.told[0][0] == PHONE
    assert browser.get("/account/recovery/password").location == "/account/recovery"
    assert browser.sign_in().status == 401
    assert browser.sign_in(NEW).location == "/account"
    with identity.sessions.work() as work:
        assert len(work.session.scalars(select(Device.id)).all()) == 1


def test_a_recovered_password_does_not_replace_the_second_factor(browser, identity, mailbox):
    identity.sign_up(phone="0912345601")
    owner = Browser(identity)
    owner.sign_in()
    owner.set_up_app()
    browser.fill("/account/recovery", {"identifier": "001190000011"})
    browser.fill("/account/recovery/code", {"code": mailbox.newest(PHONE)})
    browser.fill("/account/recovery/password", {"new_password": "8 mèo con"})
    assert browser.sign_in("8 mèo con").location == "/account/second-factor"


@pytest.mark.parametrize("minutes", [9, 10])
def test_a_code_is_good_for_ten_minutes(browser, identity, mailbox, minutes):
    identity.sign_up(phone="0912345601")
    browser.fill("/account/recovery", {"identifier": "001190000011"})
    page = browser.get("/account/recovery/code")
    token = re.search(r'name="token" value="([^"]+)"', page.body)[1]
    identity.clock.move(timedelta(minutes=minutes))
    fields = {"token": token, "code": mailbox.newest(PHONE)}
    done = browser.post("/account/recovery/code", fields, sec_fetch_site="same-origin")
    assert done.location == f"/account/recovery{'/password' if minutes < 10 else ''}"


def test_recovery_answers_alike_for_everybody(identity, mailbox):
    identity.sign_up(phone="0912345601")
    identity.create_official()
    pages = []
    # With a phone, without one, and nobody at all.
    for identifier in ("001190000011", "desk.hoa", "079085000022"):
        browser = Browser(identity)
        begun = browser.fill("/account/recovery", {"identifier": identifier})
        page = browser.get(begun.location)
        wrong = browser.fill("/account/recovery/code", {"code": "000000"})
        pages.append((begun.status, begun.location, without_token(page), wrong.status, without_token(wrong)))
    assert pages[0] == pages[1] == pages[2]
    assert [to for to, _ in mailbox.sent] == [PHONE]


def test_even_the_right_code_of_nobody_opens_nothing(browser, identity, mailbox, monkeypatch):
    monkeypatch.setattr(one_time_codes, "new", lambda: "135790")
    browser.fill("/account/recovery", {"identifier": "079085000022"})
    assert mailbox.sent == []
    assert browser.fill("/account/recovery/code", {"code": "135790"}).status == 422


@pytest.mark.parametrize("path", ["/account/sign-in", "/account/recovery"])
def test_known_and_unknown_accounts_take_equally_long(identity, mailbox, path):
    """Medians of alternating tries: half the hash's time would show at once, the noise of a busy machine does not."""
    identity.sign_up(phone="0912345601")
    took = {"001190000011": [], "079085000022": []}
    for _ in range(12):
        for identifier, times in took.items():
            browser = Browser(identity, address=f"192.0.2.{len(times)}")
            browser.get(path)
            identity.clock.move(lockout.WINDOW)
            page = browser.get(path)
            token = re.search(r'name="token" value="([^"]+)"', page.body)[1]
            fields = {"identifier": identifier, "password": "not the right password", "token": token}
            began = time.thread_time()
            reply = browser.post(path, fields, sec_fetch_site="same-origin")
            times.append(time.thread_time() - began)
            assert reply.status in (401, 303)
    known, unknown = (statistics.median(times) for times in took.values())
    assert 0.7 < known / unknown < 1.4, took


def test_sign_up_hashes_whether_the_number_is_taken_or_not(identity, mailbox):
    from services.identity.vault import Vault
    from tests.integration.identity.conftest import SECRET

    identity.sign_up()
    hashed = []

    def counted(function, *arguments):
        hashed.append(identity.sessions.engine.pool.checkedout())
        return function(*arguments)

    identity.vault = Vault(SECRET, run=counted)
    for number, birth in (("001190000011", "1990"), ("079085000022", "1985")):
        signed_up(Browser(identity), number=number, birth_date=birth)
    assert hashed == [0, 0]
    with identity.sessions.work() as work:
        assert work.session.scalars(select(Session)).all() == []
