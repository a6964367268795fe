"""Where an official works and as what: limits, several agencies, agencies that were merged."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from chassis.caller import Caller
from chassis.schemas import Nothing
from services.identity import appointment_queries, appointment_schemas, queries, tables
from services.identity.errors import NotInOffice, NotInOfficeThere
from tests.integration.identity.conftest import (
    JUST_BEFORE_MIDNIGHT,
    OPERATOR,
    OTHER,
    UNION,
    WARD,
    claims_of,
    signed_in,
)


class TestOffices:
    def test_limited_roles_say_their_steps(self, identity):
        limits = [{"role": "specialist", "steps": ["verify", "draft"]}]
        made = identity.create_official(roles=["specialist", "desk"], limits=limits)
        assert made["limits"] == [{"role": "specialist", "steps": ["draft", "verify"]}]
        assert signed_in(identity)["stp"] == {"specialist": ["draft", "verify"]}
        identity.appoint(made["id"], roles=["specialist"])
        assert "stp" not in signed_in(identity)

    def test_of_several_agencies_the_newest_unless_another_is_asked_for(self, identity):
        made = identity.create_official()
        identity.appoint(made["id"], agency=OTHER, roles=["leader"], validFrom="2026-11-10")
        tokens = identity.sign_in("desk.hoa")
        assert claims_of(identity, tokens)["agc"] == OTHER
        tokens = identity.refresh(tokens["refresh_token"], agency="H26.06")
        claims = claims_of(identity, tokens)
        assert (claims["agc"], claims["rol"]) == (WARD, ["desk"])
        # The session stays where it is.
        tokens = identity.refresh(tokens["refresh_token"])
        assert claims_of(identity, tokens)["agc"] == WARD
        assert signed_in(identity, agency=WARD)["agc"] == WARD
        for there in (UNION, "G01"):
            with pytest.raises(NotInOfficeThere):
                identity.sign_in("desk.hoa", agency=there)
        with pytest.raises(NotInOfficeThere):
            identity.refresh(tokens["refresh_token"], agency=UNION)
        # A wrong choice costs nothing.
        identity.refresh(tokens["refresh_token"])

    def test_me_lists_all_that_are_in_force(self, identity):
        made = identity.create_official()
        identity.appoint(made["id"], agency=OTHER, roles=["leader"], validFrom="2026-11-10")
        identity.appoint(made["id"], agency=UNION, validFrom="2026-12-10")
        identity.propose(made["id"], agency=UNION)
        caller = Caller(subject=made["id"], kind="official", agency=WARD)
        me = identity.ask(queries.me, Nothing, {}, caller)
        assert (me["agency"], me["roles"]) == (WARD, ("desk",))
        assert [one["agency"] for one in me["appointments"]] == [OTHER, WARD]

    def test_lists_are_filtered(self, identity):
        made = identity.create_official()
        waiting = identity.propose(made["id"], agency=OTHER)

        def listed(**filters):
            page = identity.ask(
                appointment_queries.list_appointments, appointment_schemas.FindOfficials, filters
            )
            return [one["id"] for one in page["items"]]

        both = [waiting["id"], made["appointment"]]
        assert listed() == listed(official=made["id"]) == both
        assert listed(official=OPERATOR.subject) == []
        assert listed(state="proposed") == listed(agency="H29.07") == [waiting["id"]]
        assert listed(agency=WARD, state="approved") == [made["appointment"]]


class TestMergers:
    def test_from_its_day_rights_count_at_the_successor(self, identity):
        limits = [{"role": "desk", "steps": ["reception"]}]
        made = identity.create_official(limits=limits, validTo="2026-11-24")
        identity.publish_agency(WARD, valid_to=date(2026, 11, 22), merged_into=OTHER)
        identity.publish_agency(OTHER, valid_to=date(2026, 11, 23), merged_into=UNION)
        identity.clock.move(JUST_BEFORE_MIDNIGHT - identity.clock.now())
        tokens = identity.sign_in("desk.hoa")
        claims = claims_of(identity, tokens)
        assert (claims["agc"], claims["exp"] - claims["iat"]) == (WARD, 300)
        identity.clock.move(timedelta(minutes=5))
        claims = claims_of(identity, identity.refresh(tokens["refresh_token"]))
        assert (claims["agc"], claims["rol"]) == (OTHER, ["desk"])
        assert claims["stp"] == {"desk": ["reception"]}
        identity.clock.move(timedelta(days=1))
        assert signed_in(identity, agency=WARD)["agc"] == UNION
        caller = Caller(subject=made["id"], kind="official", agency=UNION)
        (own,) = identity.ask(queries.me, Nothing, {}, caller)["appointments"]
        assert (own["agency"], own["counts_at"]) == (WARD, UNION)
        # It carries its own end with it.
        identity.clock.move(timedelta(days=1))
        with pytest.raises(NotInOffice):
            identity.sign_in("desk.hoa")

    def test_the_history_stays_where_it_was_granted(self, identity):
        made = identity.create_official()
        identity.publish_agency(WARD, valid_to=date(2026, 11, 21), merged_into=OTHER)
        assert signed_in(identity)["agc"] == OTHER
        with identity.sessions.work() as work:
            stored = work.session.scalar(
                select(tables.Appointment.agency).where(tables.Appointment.id == made["appointment"])
            )
        assert stored == WARD
