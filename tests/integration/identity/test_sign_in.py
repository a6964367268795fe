from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from prometheus_client import REGISTRY
from sqlalchemy import func, select

from chassis.caller import Caller
from chassis.schemas import Command, Nothing
from services.identity import jobs, lockout, queries, tables
from services.identity.errors import NotInOffice, SessionEnded, SignInPaused, WrongCredentials
from services.identity.usecases import sessions
from services.identity.vault import Vault

SECRET = "a secret of the tests, 32 characters or more"


def claims_of(identity, tokens):
    key_set = KeySet.import_key_set(identity.ask(queries.key_set, Nothing, {}))
    return jwt.decode(tokens["access_token"], key_set, algorithms=["ES256"]).claims


def sign_out(identity, tokens):
    caller = Caller(kind="citizen", session=claims_of(identity, tokens)["sid"])
    with identity.sessions.work() as work:
        sessions.sign_out(Command({}), caller, work)


def test_the_access_token_says_who_signed_in(identity):
    account = identity.sign_up()
    tokens = identity.sign_in()
    now = int(identity.clock.now().timestamp())
    claims = claims_of(identity, tokens)
    assert claims.pop("sid")
    assert claims == {
        "iss": "motcua-identity",
        "aud": "motcua",
        "sub": account["id"],
        "knd": "citizen",
        "nam": "Nguyễn Thị Hoa",
        "idn": "001190000011",
        "acr": "low",
        "agc": "",
        "rol": [],
        "iat": now,
        "exp": now + 600,
    }
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 600)


def test_an_official_signs_in_with_the_user_name(identity):
    identity.create_official(roles=["specialist", "desk"])
    claims = claims_of(identity, identity.sign_in(" Desk.Hoa"))
    assert (claims["knd"], claims["idn"]) == ("official", "")
    assert (claims["agc"], claims["rol"]) == ("000.00.06.H26", ["desk", "specialist"])


def test_nobody_signs_in_as_a_business(identity):
    """A household has its owner's number: signing in with it is the owner's, who then acts for it."""
    account = identity.sign_up()
    owner = Caller(account["id"], "citizen", "Nguyễn Thị Hoa", "001190000011")
    identity.sign_up_business(owner, taxCode="001190000011")
    identity.sign_up_business(owner)
    assert claims_of(identity, identity.sign_in())["knd"] == "citizen"
    for identifier, kind in (("001190000011", "business"), ("0100109106", None)):
        with pytest.raises(WrongCredentials):
            identity.sign_in(identifier, kind=kind)


@pytest.mark.parametrize("identifier", ["001190000011", "079085000022", "nobody", "x" * 100])
def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(identity, identifier):
    identity.sign_up()
    with pytest.raises(WrongCredentials):
        identity.sign_in(identifier, "not the right password")


def test_a_password_is_hashed_whether_the_account_exists_or_not(identity):
    identity.sign_up()
    hashed = []

    def counted(function, *arguments):
        hashed.append(function)
        return function(*arguments)

    identity.vault = Vault(SECRET, run=counted)
    for identifier in ("001190000011", "079085000022"):
        with pytest.raises(WrongCredentials):
            identity.sign_in(identifier, "not the right password")
    assert len(hashed) == 2
    assert hashed[0] is hashed[1]


@pytest.mark.parametrize("identifier", ["001190000011", "079085000022"])
def test_ten_failures_pause_an_identifier_whether_it_exists_or_not(identity, identifier):
    identity.sign_up()
    for _ in range(lockout.LIMIT):
        with pytest.raises(WrongCredentials):
            identity.sign_in(identifier, "not the right password")
    with pytest.raises(SignInPaused) as caught:
        identity.sign_in(identifier)
    assert caught.value.values == {"retry_after": 900}
    identity.clock.move(lockout.PAUSE)
    with pytest.raises(WrongCredentials):
        identity.sign_in(identifier, "not the right password")


def test_a_success_forgets_the_failures_before_it(identity):
    identity.sign_up()
    for _ in range(3):
        for _ in range(lockout.LIMIT - 1):
            with pytest.raises(WrongCredentials):
                identity.sign_in(password="not the right password")
        identity.sign_in()


def test_tries_at_the_same_time_cannot_pass_the_limit_together(identity):
    identity.sign_up()

    def attempt(_):
        try:
            identity.sign_in(password="not the right password")
        except (WrongCredentials, SignInPaused) as error:
            return type(error)

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(3 * lockout.LIMIT)))
    assert outcomes.count(WrongCredentials) == lockout.LIMIT


def test_sign_ins_at_the_same_time_all_succeed(identity):
    identity.sign_up()
    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(lambda _: identity.sign_in(), range(8)))
    assert len({claims_of(identity, one)["sid"] for one in tokens}) == 8


def test_a_refresh_gives_new_tokens_of_the_same_session(identity):
    identity.sign_up()
    first = identity.sign_in()
    identity.clock.move(timedelta(minutes=9))
    second = identity.refresh(first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    before, after = claims_of(identity, first), claims_of(identity, second)
    assert after["exp"] == before["exp"] + 540
    assert after["sid"] == before["sid"]


def test_a_session_ends_when_idle_and_after_twelve_hours(identity):
    identity.sign_up()
    idle = identity.sign_in()["refresh_token"]
    identity.clock.move(timedelta(minutes=25))
    with pytest.raises(SessionEnded):
        identity.refresh(idle)
    busy = identity.sign_in()["refresh_token"]
    for _ in range(35):
        identity.clock.move(timedelta(minutes=20))
        busy = identity.refresh(busy)["refresh_token"]
    identity.clock.move(timedelta(minutes=20))
    with pytest.raises(SessionEnded):
        identity.refresh(busy)


def test_signing_out_ends_the_session_and_only_this_one(identity):
    identity.sign_up()
    here, elsewhere = identity.sign_in(), identity.sign_in()
    sign_out(identity, here)
    sign_out(identity, here)
    with pytest.raises(SessionEnded):
        identity.refresh(here["refresh_token"])
    identity.refresh(elsewhere["refresh_token"])


@pytest.mark.parametrize("token", ["nonsense", "đ" * 50])
def test_an_unknown_refresh_token_is_refused(identity, token):
    with pytest.raises(SessionEnded):
        identity.refresh(token)


def test_refresh_tokens_are_stored_only_as_digests(identity):
    identity.sign_up()
    token = identity.sign_in()["refresh_token"]
    with identity.sessions.work() as work:
        digest = work.session.scalars(select(tables.RefreshToken.digest)).one()
    assert token not in digest


@pytest.mark.parametrize(
    "dates",
    [{"validFrom": "2026-11-23"}, {"validTo": "2026-11-21"}],
    ids=["not yet", "no longer"],
)
def test_an_official_out_of_office_cannot_sign_in(identity, dates):
    identity.create_official(**dates)
    with pytest.raises(NotInOffice):
        identity.sign_in("desk.hoa")


def test_an_official_whose_office_ends_cannot_refresh_any_more(identity):
    identity.create_official(validTo="2026-11-22")
    # Ten minutes to midnight in Việt Nam, where it is 10:00 when the clock starts.
    identity.clock.move(timedelta(hours=13, minutes=50))
    token = identity.refresh(identity.sign_in("desk.hoa")["refresh_token"])["refresh_token"]
    identity.clock.move(timedelta(minutes=10))
    with pytest.raises(NotInOffice):
        identity.refresh(token)
    with pytest.raises(SessionEnded):
        identity.refresh(token)


def test_outcomes_are_counted(identity):
    def count(kind, outcome):
        labels = {"kind": kind, "outcome": outcome}
        return REGISTRY.get_sample_value("motcua_identity_sign_ins_total", labels) or 0

    identity.sign_up()
    ok, wrong = count("citizen", "ok"), count("unknown", "wrong-credentials")
    identity.sign_in()
    with pytest.raises(WrongCredentials):
        identity.sign_in(password="not the right password")
    assert (count("citizen", "ok"), count("unknown", "wrong-credentials")) == (ok + 1, wrong + 1)


def test_what_is_over_is_forgotten(identity):
    identity.sign_up()
    identity.sign_in()
    with pytest.raises(WrongCredentials):
        identity.sign_in(password="not the right password")
    jobs.forget_what_is_over(identity.sessions)
    kept = (tables.RefreshToken, tables.Session, tables.SignInTries)

    def rows():
        with identity.sessions.work() as work:
            return [work.session.scalar(select(func.count()).select_from(table)) for table in kept]

    assert rows() == [1, 1, 1]
    identity.clock.move(timedelta(days=2))
    jobs.forget_what_is_over(identity.sessions)
    assert rows() == [0, 1, 0]
    identity.clock.move(jobs.KEEP_SESSIONS)
    jobs.forget_what_is_over(identity.sessions)
    assert rows() == [0, 0, 0]
