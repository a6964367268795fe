"""Access that is taken back: told by event, remembered, refused by every replica within seconds, forgotten."""

import json
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from chassis import relay, withdrawn
from chassis.errors import Unavailable
from chassis.ids import new_id
from chassis.tokens import InvalidToken, TokenVerifier
from chassis.withdrawn import RELOAD_SECONDS, AccessWithdrawn, Withdrawn, WithdrawnToken
from tests.integration.chassis.conftest import until
from tests.integration.chassis.test_tokens import signer
from tests.support.service_keys import keys_of

__all__ = ["signer"]


def told(holder: str, before: datetime) -> bytes:
    """The event as the identity service's relay would send it."""
    envelope = {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": "/identity",
        "type": AccessWithdrawn.type,
        "subject": holder.partition(":")[2],
        "sequence": 1,
        "time": before.isoformat(),
        "data": {"holder": holder, "before": before.isoformat()},
    }
    return json.dumps(envelope).encode()


def remembered(shared, holder):
    return shared.rows("SELECT before FROM withdrawn_access WHERE holder = :holder", holder=holder)


@pytest.fixture
def withdraw(shared, asker):
    def told_and_kept(holder: str, before: datetime) -> None:
        asker.event("identity", AccessWithdrawn.type, told(holder, before))
        until(lambda: remembered(shared, holder))

    return told_and_kept


@pytest.fixture
def verifier(shared, monkeypatch) -> TokenVerifier:
    monkeypatch.setattr(withdrawn, "RELOAD_SECONDS", 0.0)
    return TokenVerifier(shared.sessions(), keys_of("echo"))


def test_a_running_service_refuses_the_token_within_seconds(shared, asker, signer):
    person = new_id()
    token = {"nameko.token": signer.token(sub=person, iat=time.time())}
    until(lambda: asker.ask("echo.whoami", headers=token)["error"] is None, 5)
    started = time.monotonic()
    asker.event("identity", AccessWithdrawn.type, told(f"account:{person}", datetime.now(UTC)))
    until(lambda: asker.ask("echo.whoami", headers=token)["error"] is not None)
    assert time.monotonic() - started < RELOAD_SECONDS + 2
    problem = asker.problem("echo.whoami", headers=token)
    assert (problem["status"], problem["code"]) == (401, "withdrawn-token")
    # Who signed in anew in the same second is let in.
    again = {"nameko.token": signer.token(sub=person, iat=time.time())}
    assert asker.result("echo.whoami", headers=again)["subject"] == person


def test_every_token_given_up_to_the_moment_and_none_after(signer, verifier, withdraw):
    person, moment = new_id(), datetime.now(UTC)
    before, at, after = (
        signer.token(sub=person, iat=(moment + timedelta(milliseconds=ms)).timestamp()) for ms in (-1, 0, 1)
    )
    for token in (before, at, after):
        assert verifier.caller(token, "vi").subject == person
    withdraw(f"account:{person}", moment)
    for token in (before, at):
        with pytest.raises(WithdrawnToken):
            verifier.caller(token, "vi")
    assert verifier.caller(after, "vi").subject == person


def test_of_a_session_or_of_who_acts_for_somebody(signer, verifier, withdraw):
    session, actor = new_id(), new_id()
    act = {"sub": actor, "knd": "official", "nam": "Hoa", "as": "helper", "mnd": "m"}
    of_session, acting, other = signer.token(sid=session), signer.token(act=act), signer.token(sid=new_id())
    for token in (of_session, acting, other):
        verifier.caller(token, "vi")
    withdraw(f"session:{session}", datetime.now(UTC))
    withdraw(f"account:{actor}", datetime.now(UTC))
    for token in (of_session, acting):
        with pytest.raises(WithdrawnToken):
            verifier.caller(token, "vi")
    assert verifier.caller(other, "vi").signed_in


def test_an_older_word_that_comes_late_changes_nothing(shared, asker, withdraw):
    holder, newest = f"account:{new_id()}", datetime.now(UTC)
    withdraw(holder, newest)
    late = told(holder, newest - timedelta(minutes=1))
    asker.event("identity", AccessWithdrawn.type, late)
    applied = "SELECT 1 FROM inbox WHERE event = CAST(:id AS uuid)"
    until(lambda: shared.rows(applied, id=json.loads(late)["id"]))
    assert remembered(shared, holder) == [(newest,)]


def test_a_token_that_does_not_say_when_it_was_given_is_none(signer, verifier):
    with pytest.raises(InvalidToken):
        verifier.caller(signer.token(iat=None), "vi")


def test_without_the_database_what_is_known_stays_known(shared, signer, verifier, withdraw, monkeypatch):
    person = new_id()
    token, other = signer.token(sub=person), signer.token()
    verifier.caller(other, "vi")
    withdraw(f"account:{person}", datetime.now(UTC))
    with pytest.raises(WithdrawnToken):
        verifier.caller(token, "vi")

    def away(**_):
        raise Unavailable

    monkeypatch.setattr(verifier._sessions, "work", away)
    assert verifier.caller(other, "vi").signed_in
    with pytest.raises(WithdrawnToken):
        verifier.caller(token, "vi")


def test_what_is_over_is_forgotten_in_memory_and_in_the_table(make_echo):
    echo = make_echo()
    known = Withdrawn(echo.sessions())
    known._before = {"account:older": time.time() - withdrawn.LONGEST_LIFE_SECONDS}
    insert = (
        "INSERT INTO withdrawn_access VALUES ('account:old', now() - make_interval(secs => {0}),"
        " now() - make_interval(secs => {0})), ('account:new', now(), now())"
    )
    with echo.engine.begin() as connection:
        connection.exec_driver_sql(insert.format(relay.KEEP_WITHDRAWN_SECONDS + 1))
    known.look()
    assert set(known._before) == {"account:new"}
    with echo.engine.begin() as connection:
        connection.exec_driver_sql(relay._FORGET_WITHDRAWN, (relay.KEEP_WITHDRAWN_SECONDS,))
    assert echo.rows("SELECT holder FROM withdrawn_access") == [("account:new",)]
    assert relay.KEEP_WITHDRAWN_SECONDS > withdrawn.LONGEST_LIFE_SECONDS


def test_a_cached_check_takes_less_than_thirty_microseconds(signer, verifier, monkeypatch):
    monkeypatch.setattr(withdrawn, "RELOAD_SECONDS", 60.0)
    now = time.time()
    verifier._withdrawn._before = {f"account:{new_id()}": now for _ in range(50_000)}
    token = signer.token(sub=new_id(), sid=new_id())
    verifier.caller(token, "vi")

    def round_of(times: int) -> float:
        started = time.perf_counter()
        for _ in range(times):
            verifier.caller(token, "vi")
        return (time.perf_counter() - started) / times

    best = min(round_of(500) for _ in range(20))
    assert best < 30e-6
