"""Signing in with VNeID through the pages, the provider being a real process."""

from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import func, select

from chassis.errors import ServiceError
from services.identity.tables import Account, Mandate, Password, Session, UpstreamLink
from services.identity.upstream import Upstream
from tests.integration.identity.outside import DINH, HOA, MAI
from tests.integration.identity.web.conftest import Browser

SIGN_IN, BEGIN, RETURN = "/account/sign-in", "/account/vneid", "/account/vneid/return"


@pytest.fixture
def provider(sandbox):
    return Upstream(sandbox.upstream_settings)


@pytest.fixture
def visitor(identity, provider):
    return Browser(identity, upstream=provider)


def away(visitor, at=SIGN_IN) -> str:
    """Pressing the button: where the browser is sent."""
    answer = visitor.fill(at, {}, at=BEGIN)
    assert answer.status == 303
    return answer.location


def back(visitor, sandbox, address, techid=HOA):
    return visitor.get(f"{RETURN}?{urlencode(sandbox.sign_in(address, techid))}")


def newest(identity) -> Session:
    with identity.sessions.work() as work:
        return work.session.scalars(select(Session).order_by(Session.id.desc()).limit(1)).one()


def count(identity, table) -> int:
    with identity.sessions.work() as work:
        return work.session.scalar(select(func.count()).select_from(table))


def test_the_button_is_there_only_where_it_works(browser, visitor, provider):
    assert BEGIN not in browser.get(SIGN_IN).body
    assert browser.fill(SIGN_IN, {}, at=BEGIN).status == 404
    page = visitor.get(SIGN_IN)
    assert f'action="{BEGIN}"' in page.body
    parts = urlsplit(provider.issuer)
    # Without it a browser would stop the form's answer on its way to the provider.
    policy = page.headers["content-security-policy"]
    assert f"form-action 'self' {parts.scheme}://{parts.netloc}" in policy


def test_a_person_is_known_from_then_on(visitor, identity, sandbox):
    done = back(visitor, sandbox, away(visitor))
    assert (done.status, done.location) == (303, "/account")
    page = visitor.get("/account")
    assert page.status == 200 and "Nguyễn Thị Hoa" in page.body
    session = newest(identity)
    assert (session.acr, session.amr) == ("substantial", ["eid2"])
    with identity.sessions.work() as work:
        account = work.session.scalars(select(Account)).one()
        assert (account.identifier, account.proofing) == ("001190000011", "verified")
    again = Browser(identity, upstream=visitor.upstream)
    assert back(again, sandbox, away(again)).location == "/account"
    assert count(identity, Account) == count(identity, UpstreamLink) == 1


def test_the_first_level_proves_less(visitor, identity, sandbox):
    assert back(visitor, sandbox, away(visitor), DINH).location == "/account"
    assert newest(identity).acr == "low"
    with identity.sessions.work() as work:
        assert work.session.scalars(select(Account)).one().proofing == "self-asserted"


def test_who_had_signed_up_with_the_number_is_out(visitor, identity, sandbox):
    identity.sign_up(name="Kẻ Mạo Danh", phone="0912345601")
    squatter = Browser(identity)
    squatter.sign_in()
    assert back(visitor, sandbox, away(visitor)).location == "/account"
    assert squatter.get("/account").location == SIGN_IN
    assert squatter.sign_in().status == 401
    assert count(identity, Password) == 0
    assert "Nguyễn Thị Hoa" in visitor.get("/account").body


def test_what_a_squatter_allowed_others_ends_with_the_take_over(visitor, identity, sandbox):
    squatted, friend = identity.sign_up()["id"], identity.sign_up_other()["id"]
    now = identity.clock.now()
    with identity.sessions.work() as work:
        given = {"procedures": ["*"], "actions": ["submit"], "granted_by": squatted, "granted_at": now}
        work.add(
            Mandate(
                principal=squatted,
                delegate=friend,
                acts_as="delegate",
                valid_from=now.date(),
                accepted_at=now,
                version=1,
                **given,
            )
        )
    back(visitor, sandbox, away(visitor))
    with identity.sessions.work() as work:
        mandate = work.session.scalars(select(Mandate)).one()
        assert mandate.revoked_at == now


def test_the_owner_who_is_signed_in_keeps_the_password(visitor, identity, sandbox):
    identity.sign_up()
    visitor.sign_in()
    address = away(visitor, SIGN_IN + "?again=yes")
    assert back(visitor, sandbox, address).location == "/account"
    assert count(identity, Password) == 1
    assert newest(identity).acr == "substantial"


def test_a_waiting_request_goes_on_afterwards(visitor, sandbox):
    address = away(visitor, SIGN_IN + "?request=" + "a" * 43)
    assert back(visitor, sandbox, address).location == "/oauth/continue?request=" + "a" * 43


def test_an_answer_counts_once_and_in_its_own_browser(visitor, identity, sandbox):
    address = away(visitor)
    answer = f"{RETURN}?{urlencode(sandbox.sign_in(address))}"
    stranger = Browser(identity, upstream=visitor.upstream)
    assert stranger.get(answer).status == 401
    assert visitor.get(answer).location == "/account"
    assert visitor.get(answer).status == 401
    assert count(identity, Session) == 1


@pytest.mark.parametrize(
    ("faults", "status"),
    [
        ({"wrong": "signature"}, 401),
        ({"wrong": "nonce"}, 401),
        ({"down": "500"}, 503),
        ({"delaySeconds": 5}, 503),
    ],
)
def test_a_provider_that_fails_signs_nobody_in(visitor, identity, sandbox, faults, status):
    address = away(visitor)
    parameters = urlencode(sandbox.sign_in(address, MAI))
    sandbox.faults(**faults)
    try:
        refused = visitor.get(f"{RETURN}?{parameters}")
    finally:
        sandbox.well()
    assert refused.status == status
    assert "VNeID" in refused.body
    assert count(identity, Session) == count(identity, Account) == 0


def test_no_connection_is_held_while_the_provider_is_asked(visitor, identity, sandbox, monkeypatch):
    held = []

    def begin(return_to, language="vi"):
        held.append(identity.sessions.engine.pool.checkedout())
        raise _Stop

    monkeypatch.setattr(visitor.upstream, "begin", begin)
    assert visitor.fill(SIGN_IN, {}, at=BEGIN).status == 500
    assert held == [0]


class _Stop(ServiceError):
    status = 500
