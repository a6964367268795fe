"""Businesses and their representatives, delegates, wards: on a real database."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from chassis.acting import OutsideMandate
from chassis.caller import Caller
from chassis.errors import PreconditionFailed, ValidationFailed
from chassis.schemas import Command, Nothing
from services.identity import acting_schemas, mandate_views, queries
from services.identity.errors import (
    BusinessNotActive,
    MandateClosed,
    MandateNotFound,
    MandateNotInForce,
    MandateOver,
    NotLegalRepresentative,
    NotParentOrGuardian,
    SessionEnded,
    WardOfAge,
)
from services.identity.registers import Guardian, Person, RegisteredChild
from services.identity.usecases import acting, mandates, wards
from tests.integration.identity.conftest import admitted, represented_by

NAM, MAI = "079085000022", "001185000044"
HOLDERS = "SELECT body::jsonb -> 'data' ->> 'holder' FROM outbox WHERE type LIKE '%access-withdrawn%'"
GRANT = {
    "personalNumber": NAM,
    "procedures": ["2.000635"],
    "actions": ["submit", "read"],
    "validTo": "2027-11-22",
}


def person(identity, number=None, **details):
    """A signed-in citizen."""
    if number is None:
        identity.sign_up()
        return identity.caller(identity.sign_in())
    identity.sign_up(personalNumber=number, birthDate="1985", name="Trần Văn Nam", **details)
    return identity.caller(identity.sign_in(number))


def do(identity, use_case, schema, payload, caller, *more, if_match=None):
    command = Command(schema.read(payload), None, if_match)
    with identity.sessions.work() as work:
        return use_case(command, admitted(use_case, caller), work, *more)


def act(identity, caller, **which):
    return identity.caller(do(identity, acting.act, acting_schemas.ActFor, which, caller, identity.vault))


def grant(identity, caller, **changes):
    return do(identity, mandates.grant_mandate, acting_schemas.GrantMandate, GRANT | changes, caller)


def accept(identity, caller, mandate, **how):
    return do(
        identity, mandates.accept_mandate, acting_schemas.OneMandate, {"id": mandate["id"]}, caller, **how
    )


def end(identity, caller, mandate, **how):
    return do(identity, mandates.end_mandate, acting_schemas.OneMandate, {"id": mandate["id"]}, caller, **how)


def listed(identity, caller, side):
    query = Command(acting_schemas.FindMandates.read({"side": side}))
    with identity.sessions.work(read_only=True) as work:
        return mandate_views.mandates_page(query, caller, work)["items"]


def later(identity, days):
    """Hoa, signed in again with the keys of that day."""
    identity.clock.move(timedelta(days=days))
    identity.make_due_key()
    return identity.caller(identity.sign_in())


def rows(identity, sql):
    with identity.sessions.work() as work:
        return [tuple(row) for row in work.session.execute(text(sql))]


def errors_of(caught):
    return {(error.pointer, error.code) for error in caught.value.errors}


@pytest.fixture
def hoa(identity):
    return person(identity)


@pytest.fixture
def business(identity, hoa):
    """Hoa acting for her business."""
    account = identity.sign_up_business(hoa)
    return act(identity, hoa, subject=account["id"])


def test_a_business_is_registered_by_its_representative_and_named_as_the_register_has_it(identity, hoa):
    account = identity.sign_up_business(
        hoa, taxCode="0100109106001", representativeNumber=hoa.identity_number
    )
    assert (account["identifier"], account["name"]) == ("0100109106-001", "Công ty Sao Mai")
    token = act(identity, hoa, subject=account["id"])
    assert (token.subject, token.kind, token.identity_number) == (account["id"], "business", "0100109106-001")
    assert token.actor is not None
    assert (token.actor.subject, token.actor.name, token.actor.acts_as) == (
        hoa.subject,
        "Nguyễn Thị Hoa",
        "representative",
    )
    assert token.session == hoa.session
    assert rows(identity, "SELECT register, asked_by::text, digest FROM proofs") == [
        ("business", hoa.subject, "d")
    ]


def test_whom_the_register_does_not_name_registers_nothing(identity, hoa):
    somebody = represented_by(Caller(identity_number=MAI, name="Ai Đó"))
    with pytest.raises(NotLegalRepresentative):
        identity.sign_up_business(hoa, somebody)
    with pytest.raises(BusinessNotActive):
        identity.sign_up_business(hoa, represented_by(hoa, active=False))
    assert rows(identity, "SELECT id FROM accounts WHERE kind = 'business'") == []


def test_what_cannot_be_asked_for_is_named_at_once(identity, hoa):
    wrong = {"password": "một mật khẩu khác hẳn", "representativeNumber": MAI, "name": "Công ty Khác"}
    with pytest.raises(ValidationFailed) as caught:
        identity.sign_up_business(hoa, **wrong)
    assert errors_of(caught) == {
        ("/password", "not-for-businesses"),
        ("/representativeNumber", "not-your-own"),
        ("/name", "not-as-registered"),
    }


def test_a_second_representative_joins_and_one_not_named_any_more_leaves(identity, hoa):
    nam = person(identity, NAM)
    account = identity.sign_up_business(hoa, represented_by(hoa, nam))
    assert identity.sign_up_business(nam, represented_by(hoa, nam))["id"] == account["id"]
    act(identity, hoa, subject=account["id"])
    identity.sign_up_business(nam, represented_by(nam))
    with pytest.raises(MandateNotInForce):
        act(identity, hoa, subject=account["id"])
    act(identity, nam, subject=account["id"])
    holders = rows(identity, HOLDERS)
    assert len(holders) == 1
    assert holders[0][0].startswith("mandate:")


def test_what_the_register_said_counts_for_a_year_and_is_renewed_by_asking_again(identity, hoa):
    account = identity.sign_up_business(hoa)
    hoa = later(identity, 366)
    with pytest.raises(MandateNotInForce):
        act(identity, hoa, subject=account["id"])
    identity.sign_up_business(hoa)
    act(identity, hoa, subject=account["id"])


def test_a_mandate_counts_from_when_it_is_accepted_until_it_is_revoked(identity, hoa, business):
    nam = person(identity, NAM)
    given = grant(identity, business)
    assert (given["state"], given["delegate"]) == ("sent", None)
    with pytest.raises(MandateNotInForce):
        act(identity, nam, mandate=given["id"])
    accepted = accept(identity, nam, given)
    token = act(identity, nam, mandate=given["id"])
    assert (token.subject, token.kind) == (business.subject, "business")
    assert (token.actor.acts_as, token.actor.procedures, token.actor.actions) == (
        "delegate",
        {"2.000635"},
        {"submit", "read"},
    )
    assert token.actor.mandate == given["id"]
    with pytest.raises(PreconditionFailed):
        end(identity, business, given, if_match=(accepted["version"] - 1,))
    assert end(identity, business, given, if_match=(accepted["version"],))["state"] == "revoked"
    with pytest.raises(MandateNotInForce):
        act(identity, nam, mandate=given["id"])
    with pytest.raises(MandateOver):
        end(identity, business, given)
    assert rows(identity, HOLDERS) == [(f"mandate:{given['id']}",)]


def test_sending_a_mandate_tells_nothing_about_the_number(identity, business):
    person(identity, NAM)
    known, unknown = grant(identity, business), grant(identity, business, personalNumber=MAI)
    same = {"id", "granted_at"}
    assert {k: v for k, v in known.items() if k not in same} == {
        k: v for k, v in unknown.items() if k not in same
    }
    shown = [one for one in listed(identity, business, "given") if one["acts_as"] == "delegate"]
    assert [(one["state"], one["delegate"], one["version"]) for one in shown] == [("sent", None, 1)] * 2


def test_both_sides_see_it_and_nobody_else(identity, hoa, business):
    nam = person(identity, NAM)
    given = grant(identity, business)
    received = listed(identity, nam, "received")
    assert [(one["id"], one["principal"]["name"]) for one in received] == [(given["id"], "Công ty Sao Mai")]
    accept(identity, nam, given)
    assert listed(identity, business, "given")[0]["delegate"]["name"] == "Trần Văn Nam"
    assert listed(identity, hoa, "given") == []
    mai = person(identity, MAI)
    for use in (accept, end):
        with pytest.raises(MandateNotFound):
            use(identity, mai, given)


def test_a_delegate_refuses_or_gives_back(identity, business):
    nam = person(identity, NAM)
    refused, given_back = grant(identity, business), grant(identity, business)
    assert end(identity, nam, refused)["state"] == "refused"
    with pytest.raises(MandateClosed):
        accept(identity, nam, refused)
    accept(identity, nam, given_back)
    assert end(identity, nam, given_back)["state"] == "revoked"


def test_a_delegate_hands_nothing_on(identity, hoa, business):
    nam = person(identity, NAM)
    mandate = grant(identity, business, procedures=["*"], actions=["submit", "pay", "read"])
    accept(identity, nam, mandate)
    token = act(identity, nam, mandate=mandate["id"])
    with pytest.raises(OutsideMandate):
        grant(identity, token, personalNumber=MAI)
    with pytest.raises(OutsideMandate):
        listed(identity, token, "given")
    with pytest.raises(OutsideMandate):
        act(identity, token, mandate=mandate["id"])
    with pytest.raises(MandateNotFound):
        end(identity, token, mandate)


def test_who_may_not_read_everything_does_not_see_the_account(identity, hoa):
    nam = person(identity, NAM)
    some, all_of_it = grant(identity, hoa), grant(identity, hoa, procedures=["*"])
    accept(identity, nam, some)
    accept(identity, nam, all_of_it)
    with pytest.raises(OutsideMandate):
        identity.ask(queries.me, Nothing, {}, act(identity, nam, mandate=some["id"]))
    seen = identity.ask(queries.me, Nothing, {}, act(identity, nam, mandate=all_of_it["id"]))
    assert seen["identifier"] == hoa.identity_number


def test_a_citizen_gives_a_mandate_too(identity, hoa):
    nam = person(identity, NAM)
    accept(identity, nam, grant(identity, hoa))
    assert act(identity, nam, subject=hoa.subject).identity_number == hoa.identity_number


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"validTo": "2026-11-21"}, ("/validTo", "before-valid-from")),
        ({"validFrom": "2026-11-21"}, ("/validFrom", "in-the-past")),
        ({"validTo": "2029-11-22"}, ("/validTo", "too-long")),
        ({"personalNumber": "001190000011"}, ("/personalNumber", "your-own")),
    ],
)
def test_a_mandate_that_cannot_be_given(identity, hoa, changes, error):
    with pytest.raises(ValidationFailed) as caught:
        grant(identity, hoa, **changes)
    assert errors_of(caught) == {error}


def test_a_token_outlives_neither_mandate_nor_session(identity, hoa):
    nam = person(identity, NAM)
    mandate = grant(identity, hoa, validTo="2026-11-22")
    accept(identity, nam, mandate)
    # Four minutes to midnight in Việt Nam, where it is 10:00 when the clock starts.
    identity.clock.move(timedelta(hours=13, minutes=56))
    nam = identity.caller(identity.sign_in(NAM))
    given = do(identity, acting.act, acting_schemas.ActFor, {"mandate": mandate["id"]}, nam, identity.vault)
    assert given["expires_in"] == 240
    identity.clock.move(timedelta(minutes=4))
    with pytest.raises(MandateNotInForce):
        act(identity, nam, mandate=mandate["id"])
    lasting = grant(identity, hoa)
    accept(identity, nam, lasting)
    identity.clock.move(timedelta(hours=12))
    with pytest.raises(SessionEnded):
        act(identity, nam, mandate=lasting["id"])


def test_one_of_both_is_named(identity, hoa):
    for which in ({}, {"mandate": hoa.subject, "subject": hoa.subject}):
        with pytest.raises(ValidationFailed):
            act(identity, hoa, **which)


CHILD = "001318000101"


def child(hoa, born="2018-03-09", parents=True, guardians=()):
    people = (Person(hoa.identity_number, hoa.name),) if parents else ()
    return RegisteredChild(Person(CHILD, "Phạm Minh An"), born, people, tuple(guardians), b"answer")


def add_ward(identity, caller, found):
    command = Command({"personal_number": CHILD, "found": found, "digest": "d"})
    with identity.sessions.work() as work:
        return wards.add_ward(command, caller, work)


def test_a_parent_acts_for_a_child_until_it_is_of_age(identity, hoa):
    added = add_ward(identity, hoa, child(hoa))
    assert (added["acts_as"], added["state"], added["valid_to"]) == ("guardian", "in-force", date(2036, 3, 8))
    token = act(identity, hoa, subject=added["principal"]["id"])
    assert (token.kind, token.name, token.identity_number) == ("citizen", "Phạm Minh An", CHILD)
    assert token.actor.acts_as == "guardian"
    assert add_ward(identity, hoa, child(hoa))["id"] == added["id"]
    assert rows(identity, "SELECT count(*) FROM passwords") == [(1,)]
    hoa = later(identity, (date(2036, 3, 9) - date(2026, 11, 22)).days)
    with pytest.raises(MandateNotInForce):
        act(identity, hoa, subject=added["principal"]["id"])
    with pytest.raises(WardOfAge):
        add_ward(identity, hoa, child(hoa))


def test_a_guardian_acts_while_the_decision_lasts(identity, hoa):
    def decided(since, until):
        return child(hoa, "2018", False, [Guardian(Person(hoa.identity_number, hoa.name), since, until)])

    day = date(2026, 11, 22)
    for since, until in ((day + timedelta(1), None), (day - timedelta(9), day - timedelta(1))):
        with pytest.raises(NotParentOrGuardian):
            add_ward(identity, hoa, decided(since, until))
    added = add_ward(identity, hoa, decided(day, date(2027, 5, 1)))
    assert added["valid_to"] == date(2027, 5, 1)
    assert add_ward(identity, hoa, decided(day, None))["valid_to"] == date(2036, 12, 30)


def test_a_strangers_child_and_an_unknown_one_get_the_same_answer(identity, hoa):
    for found in (None, child(hoa, parents=False)):
        with pytest.raises(NotParentOrGuardian):
            add_ward(identity, hoa, found)
    assert rows(identity, "SELECT count(*) FROM mandates") == [(0,)]
