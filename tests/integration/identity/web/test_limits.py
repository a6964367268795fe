"""How often things may be tried: by identifier, by device, by address."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.identity import address_limits, jobs, lockout
from services.identity.tables import AddressTries, Device, SignInTries
from services.identity.vault import Vault
from tests.integration.identity.conftest import PASSWORD, SECRET
from tests.integration.identity.web.conftest import Browser

SIGN_IN, WRONG = "/account/sign-in", "not the right password"


@pytest.fixture
def hoa(identity):
    return identity.sign_up()["id"]


def locked_out(identity):
    """Strangers try until nobody can, from an address each."""
    for n in range(lockout.LIMIT):
        assert Browser(identity, address=f"198.51.100.{n}").sign_in(WRONG).status == 401


def test_strangers_cannot_lock_the_owner_out_of_a_known_device(browser, identity, hoa):
    browser.sign_in()
    browser.fill("/account/sign-out", {})
    locked_out(identity)
    assert Browser(identity).sign_in().status == 429
    assert browser.sign_in().location == "/account"


def test_a_known_device_has_a_limit_of_its_own(browser, identity, hoa):
    browser.sign_in()
    browser.fill("/account/sign-out", {})
    for n in range(lockout.LIMIT):
        browser.address = f"198.51.100.{n}"
        assert browser.sign_in(WRONG).status == 401
    assert browser.sign_in().status == 429
    assert Browser(identity).sign_in().location == "/account"
    identity.clock.move(lockout.PAUSE)
    assert browser.sign_in().location == "/account"


def test_a_device_is_known_to_its_owner_alone(browser, identity, hoa):
    identity.sign_up_other()
    browser.sign_in(identifier="079085000022")
    browser.fill("/account/sign-out", {})
    locked_out(identity)
    assert browser.sign_in().status == 429


def test_a_forgotten_device_is_a_strangers_again_and_signed_out(browser, identity, hoa):
    browser.sign_in()
    other = Browser(identity)
    other.sign_in()
    with identity.sessions.work() as work:
        devices = work.session.scalars(select(Device).order_by(Device.id)).all()
    assert len(devices) == 2
    stranger = Browser(identity)
    identity.sign_up_other()
    stranger.sign_in(identifier="079085000022")
    assert stranger.fill("/account/devices", {"id": devices[0].id}).status == 404
    assert other.fill("/account/devices", {"id": devices[0].id}).status == 303
    assert other.get("/account").status == 200
    assert browser.get("/account").location == SIGN_IN
    locked_out(identity)
    assert browser.sign_in().status == 429


def test_devices_carry_names_their_owner_knows(identity, hoa):
    browser = Browser(identity)
    agent = "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36"
    browser.fill(SIGN_IN, {"identifier": "001190000011", "password": PASSWORD}, user_agent=agent)
    for page in ("/account/devices", "/account/sessions"):
        assert "Chrome, Windows" in browser.get(page).body
    identity.clock.move(timedelta(days=366))
    jobs.forget_what_is_over(identity.sessions)
    with identity.sessions.work() as work:
        assert work.session.scalars(select(Device)).all() == []


def test_one_identifier_from_one_address_five_times_a_minute(browser, identity, hoa):
    for _ in range(5):
        assert browser.sign_in(WRONG).status == 401
    assert browser.sign_in(WRONG).status == 429
    assert Browser(identity, address="198.51.100.9").sign_in(WRONG).status == 401
    identity.clock.move(timedelta(seconds=59))
    assert browser.sign_in().status == 429
    identity.clock.move(timedelta(seconds=1))
    assert browser.sign_in().location == "/account"


def test_one_address_twenty_times_in_twenty_seconds(identity):
    for n in range(20):
        assert Browser(identity).sign_in(WRONG, f"nobody.{n}").status == 401
    refused = Browser(identity).sign_in(WRONG, "nobody.else")
    assert refused.status == 429
    assert refused.headers["retry-after"] == "20"
    assert Browser(identity, address="198.51.100.9").sign_in(WRONG, "nobody.else").status == 401
    identity.clock.move(timedelta(seconds=20))
    assert Browser(identity).sign_in(WRONG, "nobody.else").status == 401


@pytest.mark.parametrize(
    ("path", "limit"),
    [("/account/recovery", address_limits.CODE), ("/account/sign-up", address_limits.SIGN_UP)],
)
def test_codes_and_sign_ups_are_limited_by_address(identity, path, limit):
    for n in range(limit.count):
        assert Browser(identity).fill(path, {"identifier": f"nobody.{n}"}).status != 429
    refused = Browser(identity).fill(path, {"identifier": "nobody"})
    assert refused.status == 429
    assert int(refused.headers["retry-after"]) == limit.period.total_seconds()


def test_an_address_is_kept_as_a_keyed_digest_and_not_for_long(browser, identity, hoa):
    browser.sign_in(WRONG)
    with identity.sessions.work() as work:
        kept = work.session.scalars(select(AddressTries.digest)).all()
        assert len(kept) == 2
        assert work.session.scalars(select(SignInTries)).all() != []
    network = "address:sign-in:192.0.2.1:"
    assert identity.vault.digest(network) in kept
    assert Vault(SECRET + "!").digest(network) not in kept
    identity.clock.move(timedelta(hours=1))
    jobs.forget_what_is_over(identity.sessions)
    with identity.sessions.work() as work:
        assert work.session.scalars(select(AddressTries)).all() == []


def test_no_connection_is_held_while_a_password_is_hashed(browser, identity, hoa):
    held = []

    def watched(function, *arguments):
        held.append(identity.sessions.engine.pool.checkedout())
        return function(*arguments)

    identity.vault = Vault(SECRET, run=watched)
    browser.sign_in()
    browser.fill("/account/password", {"password": PASSWORD, "new_password": "một mật khẩu khác hẳn"})
    assert held == [0, 0, 0]
