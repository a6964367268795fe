"""Refresh tokens: good for one use, with a moment's grace for an answer that was lost on the way."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from joserfc.jws import extract_compact
from sqlalchemy import select

from services.identity import tables
from services.identity.errors import SessionEnded

GRACE = timedelta(seconds=30)


@pytest.fixture
def first(identity):
    """The tokens of a fresh sign-in."""
    identity.sign_up()
    return identity.sign_in()


def session_of(tokens):
    return json.loads(extract_compact(tokens["access_token"].encode()).payload)["sid"]


def end_reasons(identity):
    with identity.sessions.work() as work:
        return work.session.scalars(select(tables.Session.end_reason)).all()


def refused(identity, tokens):
    with pytest.raises(SessionEnded):
        identity.refresh(tokens["refresh_token"])


def at_once(identity, tokens, times):
    """What each of several refreshes with one token at the same time gets."""

    def attempt(_):
        try:
            return identity.refresh(tokens["refresh_token"])
        except SessionEnded:
            return None

    with ThreadPoolExecutor(times) as pool:
        return [answer for answer in pool.map(attempt, range(times)) if answer]


def test_a_client_that_lost_the_answer_gets_another_within_the_grace(identity, first):
    lost = identity.refresh(first["refresh_token"])
    identity.clock.move(GRACE - timedelta(seconds=1))
    again = identity.refresh(first["refresh_token"])
    assert len({one["refresh_token"] for one in (first, lost, again)}) == 3
    assert session_of(first) == session_of(again)
    identity.clock.move(timedelta(minutes=9))
    identity.refresh(again["refresh_token"])
    assert end_reasons(identity) == [None]


def test_after_the_grace_a_used_token_ends_the_session(identity, first):
    second = identity.refresh(first["refresh_token"])
    identity.clock.move(GRACE)
    refused(identity, first)
    refused(identity, second)
    assert end_reasons(identity) == ["refresh-token-reused"]


def test_a_token_older_than_the_previous_one_ends_the_session_at_once(identity, first):
    second = identity.refresh(first["refresh_token"])
    third = identity.refresh(second["refresh_token"])
    refused(identity, first)
    refused(identity, third)
    assert end_reasons(identity) == ["refresh-token-reused"]


def test_asking_again_does_not_prolong_the_grace(identity, first):
    identity.refresh(first["refresh_token"])
    identity.clock.move(GRACE - timedelta(seconds=10))
    identity.refresh(first["refresh_token"])
    identity.clock.move(timedelta(seconds=10))
    refused(identity, first)


def test_of_two_who_hold_a_token_the_slower_ends_the_session(identity, first):
    """A thief who repeats a token within the grace goes on no longer than until both have refreshed once."""
    owner = identity.refresh(first["refresh_token"])
    thief = identity.refresh(first["refresh_token"])
    identity.clock.move(timedelta(minutes=9))
    going_on = identity.refresh(owner["refresh_token"])
    identity.clock.move(timedelta(minutes=1))
    refused(identity, thief)
    refused(identity, going_on)
    assert end_reasons(identity) == ["refresh-token-reused"]


def test_of_two_who_hold_a_token_the_slower_ends_the_session_however_quick(identity, first):
    """The thief's token was never used: within the grace, too, it is one of two that stand side by side."""
    owner = identity.refresh(first["refresh_token"])
    thief = identity.refresh(first["refresh_token"])
    identity.clock.move(timedelta(minutes=9))
    identity.refresh(owner["refresh_token"])
    identity.clock.move(timedelta(seconds=5))
    refused(identity, thief)
    assert end_reasons(identity) == ["refresh-token-reused"]


def test_refreshes_at_the_same_time_are_all_answered_and_one_goes_on(identity, first):
    answers = at_once(identity, first, 6)
    assert len({one["refresh_token"] for one in answers}) == 6
    with identity.sessions.work() as work:
        assert work.session.scalars(select(tables.Session.generation)).one() == 1
    identity.clock.move(timedelta(minutes=9))
    identity.refresh(answers[3]["refresh_token"])
    assert end_reasons(identity) == [None]


def test_a_used_token_does_not_revive_a_session_that_ended(identity, first):
    identity.refresh(first["refresh_token"])
    with identity.sessions.work() as work:
        session = work.session.scalars(select(tables.Session).with_for_update()).one()
        session.ended_at, session.end_reason = work.clock.now(), "signed-out"
    refused(identity, first)
    assert end_reasons(identity) == ["signed-out"]


def test_a_token_used_by_the_version_before_is_a_used_one(identity, first):
    with identity.sessions.work() as work:
        token = work.session.scalars(select(tables.RefreshToken).with_for_update()).one()
        token.used_at = work.clock.now()
    refused(identity, first)
    assert end_reasons(identity) == ["refresh-token-reused"]


class TestWithoutGrace:
    @pytest.fixture(autouse=True)
    def strict(self, identity):
        identity.grace = timedelta(0)

    def test_a_used_refresh_token_that_comes_back_ends_the_session(self, identity):
        identity.sign_up()
        first = identity.sign_in()
        second = identity.refresh(first["refresh_token"])
        with pytest.raises(SessionEnded):
            identity.refresh(first["refresh_token"])
        with pytest.raises(SessionEnded):
            identity.refresh(second["refresh_token"])
        with identity.sessions.work() as work:
            assert work.session.scalars(select(tables.Session.end_reason)).one() == "refresh-token-reused"

    def test_one_of_two_refreshes_at_the_same_time_wins_and_the_session_ends(self, identity):
        identity.sign_up()
        token = identity.sign_in()["refresh_token"]

        def attempt(_):
            try:
                return identity.refresh(token)["refresh_token"]
            except SessionEnded:
                return None

        with ThreadPoolExecutor(4) as pool:
            won = [answer for answer in pool.map(attempt, range(4)) if answer]
        assert len(won) == 1
        with pytest.raises(SessionEnded):
            identity.refresh(won[0])
