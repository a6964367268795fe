"""Appointments: two people grant, one takes away, days count in Vietnamese time."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from chassis.caller import Caller
from chassis.errors import NotFound, PreconditionFailed, ValidationFailed
from chassis.schemas import Command
from services.identity import holders, tables
from services.identity.errors import (
    AppointmentDecided,
    AppointmentOver,
    NotInOffice,
    SecondPersonNeeded,
    SeesAndDecides,
    SessionEnded,
)
from services.identity.usecases import appointments, sessions
from tests.integration.identity.conftest import (
    JUST_BEFORE_MIDNIGHT,
    OPERATOR,
    OTHER,
    PASSWORD,
    SECOND,
    claims_of,
    signed_in,
)


def withdrawn(identity):
    with identity.sessions.work() as work:
        rows = work.session.execute(text("SELECT holder, before FROM withdrawn_access")).all()
        return {row.holder: row.before for row in rows}


def told(identity):
    with identity.sessions.work() as work:
        rows = work.session.scalars(
            text("SELECT body::json->'data' FROM outbox WHERE type LIKE '%access-withdrawn%'")
        )
        return [row["holder"] for row in rows]


class TestFourEyes:
    def test_the_account_can_do_nothing_until_a_second_person_approves(self, identity):
        made = identity.propose_official()
        with pytest.raises(NotInOffice):
            identity.sign_in("desk.hoa")
        for caller in (OPERATOR, Caller(subject=made["id"], kind="official")):
            with pytest.raises(SecondPersonNeeded):
                identity.approve(made["appointment"], caller)
        with pytest.raises(NotInOffice):
            identity.sign_in("desk.hoa")
        approved = identity.approve(made["appointment"], SECOND)
        assert (approved["state"], approved["version"]) == ("approved", 2)
        assert (approved["proposed_by"], approved["granted_by"]) == (OPERATOR.subject, SECOND.subject)
        assert signed_in(identity)["rol"] == ["desk"]

    def test_an_account_that_the_proposer_had_made_is_no_second_person(self, identity):
        puppet = identity.create_official(username="operator.two", roles=["operator"])
        hand = Caller(subject=puppet["id"], kind="official", roles=frozenset({"operator"}))
        proposed = identity.propose_official()["appointment"]
        with pytest.raises(SecondPersonNeeded):
            identity.approve(proposed, hand)
        # Other people's proposals were never barred.
        other = identity.propose_official(username="desk.two")
        with identity.sessions.work() as work:
            work.session.get_one(tables.Appointment, other["appointment"]).proposed_by = SECOND.subject
        assert identity.approve(other["appointment"], hand)["state"] == "approved"
        with identity.sessions.work() as work:
            password = work.session.get_one(tables.Password, puppet["id"])
            password.changed_at += timedelta(seconds=1)
        # Whoever chose it once may have set the new one, too.
        with pytest.raises(SecondPersonNeeded):
            identity.approve(proposed, hand)

    def test_a_rejected_proposal_is_decided(self, identity):
        made = identity.propose_official()
        rejected = identity.reject(made["appointment"])
        assert (rejected["state"], rejected["ended_by"]) == ("rejected", OPERATOR.subject)
        assert rejected["end_reason"] == "Không đủ điều kiện."
        for again in (identity.approve, identity.reject):
            with pytest.raises(AppointmentDecided):
                again(made["appointment"], SECOND)
        with pytest.raises(AppointmentOver):
            identity.end(made["appointment"])
        with pytest.raises(NotInOffice):
            identity.sign_in("desk.hoa")

    def test_nobody_decides_on_what_they_have_not_seen(self, identity):
        made = identity.propose_official()
        seen = {"id": made["appointment"], "reason": "Không."}
        identity.approve(made["appointment"])
        for use_case in (
            appointments.approve_appointment,
            appointments.reject_appointment,
            appointments.end_appointment,
        ):
            with pytest.raises(PreconditionFailed), identity.sessions.work() as work:
                use_case(Command(dict(seen), if_match=[1]), SECOND, work)

    def test_who_watches_never_decides_however_many_appointments(self, identity):
        with pytest.raises(SeesAndDecides):
            identity.propose_official(roles=["inspector", "leader"])
        made = identity.create_official()
        with pytest.raises(SeesAndDecides):
            identity.propose(made["id"], agency=OTHER, roles=["operator"])
        # Both proposed before either is approved.
        two = identity.propose_official(username="both")
        watching = identity.propose(two["id"], agency=OTHER, roles=["inspector"])
        identity.approve(two["appointment"])
        with pytest.raises(SeesAndDecides):
            identity.approve(watching["id"])

    @pytest.mark.parametrize(
        ("terms", "error"),
        [
            ({"agency": "000.00.99.H26"}, ("/agency", "agency-not-in-force")),
            ({"validFrom": "2018-12-31"}, ("/agency", "agency-not-in-force")),
            ({"validTo": "2026-10-31"}, ("/validTo", "before-valid-from")),
            (
                {"limits": [{"role": "leader", "steps": ["sign"]}]},
                ("/limits/0/role", "role-not-given-once"),
            ),
            (
                {"limits": [{"role": "desk", "steps": ["a"]}, {"role": "desk", "steps": ["b"]}]},
                ("/limits/1/role", "role-not-given-once"),
            ),
        ],
    )
    def test_unsound_terms_are_named(self, identity, terms, error):
        official = identity.create_official()["id"]
        for proposed in (
            lambda: identity.propose(official, **terms),
            lambda: identity.propose_official(username="desk.new", **terms),
        ):
            with pytest.raises(ValidationFailed) as caught:
                proposed()
            assert [(one.pointer, one.code) for one in caught.value.errors] == [error]

    def test_only_officials_are_appointed(self, identity):
        for nobody in (identity.sign_up()["id"], OPERATOR.subject):
            with pytest.raises(NotFound):
                identity.propose(nobody)


class TestEnding:
    def test_at_once_takes_back_every_token_and_ends_the_session(self, identity):
        made = identity.create_official()
        tokens = identity.sign_in("desk.hoa")
        identity.clock.move(timedelta(minutes=1))
        ended = identity.end(made["appointment"])
        assert (ended["state"], ended["end_reason"]) == ("ended", "Chuyển công tác.")
        holder = f"account:{made['id']}"
        assert withdrawn(identity)[holder].timestamp() > claims_of(identity, tokens)["iat"]
        assert told(identity) == [holder]
        with pytest.raises(NotInOffice):
            identity.refresh(tokens["refresh_token"])
        with pytest.raises(SessionEnded):
            identity.refresh(tokens["refresh_token"])
        with pytest.raises(NotInOffice):
            identity.sign_in("desk.hoa")
        with pytest.raises(AppointmentOver):
            identity.end(made["appointment"])

    def test_what_is_left_is_given_by_the_next_refresh(self, identity):
        made = identity.create_official()
        identity.appoint(made["id"], agency=OTHER, roles=["leader"], validFrom="2026-10-01")
        tokens = identity.sign_in("desk.hoa")
        identity.clock.move(timedelta(seconds=1))
        identity.end(made["appointment"])
        identity.clock.move(timedelta(microseconds=1))
        claims = claims_of(identity, identity.refresh(tokens["refresh_token"]))
        assert (claims["agc"], claims["rol"]) == (OTHER, ["leader"])
        assert claims["iat"] > withdrawn(identity)[f"account:{made['id']}"].timestamp()

    def test_what_has_not_begun_takes_back_nothing(self, identity):
        made = identity.create_official()
        later = identity.appoint(made["id"], roles=["leader"], validFrom="2026-12-01")
        assert identity.end(later["id"])["state"] == "ended"
        assert withdrawn(identity) == {}

    def test_on_a_day_lasts_until_its_midnight_and_no_token_longer(self, identity):
        made = identity.create_official()
        ending = identity.end(made["appointment"], on="2026-11-23")
        assert (ending["state"], ending["valid_to"]) == ("approved", date(2026, 11, 22))
        assert withdrawn(identity) == {}
        identity.clock.move(JUST_BEFORE_MIDNIGHT - identity.clock.now())
        tokens = identity.sign_in("desk.hoa")
        midnight = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
        assert claims_of(identity, tokens)["exp"] == midnight.timestamp()
        assert tokens["expires_in"] == 300
        identity.clock.move(timedelta(minutes=5))
        with pytest.raises(NotInOffice):
            identity.refresh(tokens["refresh_token"])

    def test_begins_at_its_midnight(self, identity):
        made = identity.create_official()
        identity.appoint(made["id"], roles=["leader"], validFrom="2026-11-23")
        identity.clock.move(JUST_BEFORE_MIDNIGHT - identity.clock.now())
        tokens = identity.sign_in("desk.hoa")
        claims = claims_of(identity, tokens)
        assert (claims["rol"], claims["exp"] - claims["iat"]) == (["desk"], 300)
        identity.clock.move(timedelta(minutes=5))
        claims = claims_of(identity, identity.refresh(tokens["refresh_token"]))
        assert (claims["rol"], claims["exp"] - claims["iat"]) == (["desk", "leader"], 600)

    def test_the_day_is_neither_past_nor_after_the_end(self, identity):
        made = identity.create_official(validTo="2026-12-31")
        for on, code in (("2026-11-21", "in-the-past"), ("2027-01-02", "after-its-end")):
            with pytest.raises(ValidationFailed) as caught:
                identity.end(made["appointment"], on=on)
            assert caught.value.errors[0].code == code
        assert identity.end(made["appointment"], on="2026-11-22")["state"] == "ended"
        assert list(withdrawn(identity)) == [f"account:{made['id']}"]

    def test_a_token_given_at_the_same_time_is_taken_back_too(self, identity):
        made = identity.create_official()
        ended = threading.Thread(target=identity.end, args=(made["appointment"],))
        with identity.sessions.work() as work:
            account = work.session.get_one(tables.Account, made["id"])
            assert holders.of(account, work).roles == ("desk",)
            ended.start()
            ended.join(0.5)
            # It waits for us, and sees the time only after we have given our token.
            assert ended.is_alive()
            identity.clock.move(timedelta(seconds=7))
            given_at = work.clock.now()
        ended.join(10)
        assert withdrawn(identity)[f"account:{made['id']}"] >= given_at


class TestSessions:
    def test_signing_out_takes_back_the_tokens_of_the_session(self, identity):
        identity.sign_up()
        claims = claims_of(identity, identity.sign_in())
        caller = Caller(subject=claims["sub"], kind="citizen", session=claims["sid"])
        for _ in range(2):
            with identity.sessions.work() as work:
                sessions.sign_out(Command({}), caller, work)
        assert told(identity) == [f"session:{claims['sid']}"]
        assert list(withdrawn(identity)) == told(identity)

    def test_so_does_a_refresh_token_that_comes_back(self, identity):
        identity.sign_up()
        identity.grace = timedelta(0)
        tokens = identity.sign_in()
        identity.refresh(tokens["refresh_token"])
        with pytest.raises(SessionEnded):
            identity.refresh(tokens["refresh_token"])
        assert told(identity) == [f"session:{claims_of(identity, tokens)['sid']}"]


def test_the_first_password_is_the_one_an_account_was_made_with(identity):
    """What the second-person rule goes by."""
    made = identity.propose_official()
    with identity.sessions.work() as work:
        account = work.session.get_one(tables.Account, made["id"])
        password = work.session.get_one(tables.Password, made["id"])
    assert account.created_at == password.changed_at
    assert PASSWORD not in password.hash
