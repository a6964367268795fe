"""A helper at the desk files with the citizen's code: on a real database."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from chassis.acting import OutsideMandate
from chassis.caller import Caller
from chassis.errors import NotFound
from chassis.schemas import Command, PageQuery
from services.identity import acting_schemas, help_codes
from services.identity.errors import AssistanceOver, CodeSpent, MandateNotInForce, WrongHelpCode
from services.identity.usecases import acting, assistance
from tests.integration.identity.conftest import admitted

HOLDERS = "SELECT body::jsonb -> 'data' ->> 'holder' FROM outbox WHERE type LIKE '%access-withdrawn%' ORDER BY position"
ASKED = {"personalNumber": "001190000011", "procedure": "2.000635", "purpose": "Nộp trích lục khai sinh."}


@pytest.fixture
def hoa(identity):
    identity.sign_up()
    return identity.caller(identity.sign_in())


@pytest.fixture
def desk(identity, hoa):
    identity.create_official(name="Lê Thị Quầy")
    return identity.caller(identity.sign_in("desk.hoa"))


def do(identity, use_case, schema, payload, caller, *more):
    with identity.sessions.work() as work:
        return use_case(Command(schema.read(payload)), admitted(use_case, caller), work, *more)


def ask(identity, desk, **changes):
    asked = ASKED | changes
    return do(identity, assistance.ask_to_help, acting_schemas.AskToHelp, asked, desk, identity.vault)


def confirm(identity, desk, request, code):
    payload = {"id": request["id"], "code": code}
    return do(identity, assistance.confirm_help, acting_schemas.ConfirmHelp, payload, desk, identity.vault)


def refuse(identity, citizen, request):
    return do(identity, assistance.refuse_help, acting_schemas.OneAssistance, {"id": request["id"]}, citizen)


def act(identity, desk, request):
    payload = {"mandate": request["id"]}
    return do(identity, acting.act, acting_schemas.ActFor, payload, desk, identity.vault)


def asked_of(identity, citizen):
    with identity.sessions.work(read_only=True) as work:
        query = Command(PageQuery.read({}))
        return assistance.my_assistance(
            query, admitted(assistance.my_assistance, citizen), work, identity.vault
        )["items"]


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_citizens_code_lets_the_helper_file_one_procedure_for_half_an_hour(identity, hoa, desk):
    request = ask(identity, desk)
    (seen,) = asked_of(identity, hoa)
    assert (seen["helper"], seen["agency"], seen["purpose"], seen["state"]) == (
        "Lê Thị Quầy",
        "000.00.06.H26",
        ASKED["purpose"],
        "waiting",
    )
    given = confirm(identity, desk, request, seen["code"])
    token = identity.caller(given)
    assert (token.subject, token.kind, token.identity_number) == (hoa.subject, "citizen", "001190000011")
    assert (token.roles, token.agency) == (frozenset(), "")
    assert (token.actor.subject, token.actor.name, token.actor.acts_as, token.actor.agency) == (
        desk.subject,
        "Lê Thị Quầy",
        "helper",
        "000.00.06.H26",
    )
    assert (token.actor.procedures, token.actor.actions) == ({"2.000635"}, {"submit"})
    (seen,) = asked_of(identity, hoa)
    assert (seen["state"], seen["code"]) == ("confirmed", None)
    identity.clock.move(timedelta(minutes=25))
    assert act(identity, desk, request)["expires_in"] == 300
    identity.clock.move(timedelta(minutes=5))
    with pytest.raises(MandateNotInForce):
        act(identity, desk, request)
    assert asked_of(identity, hoa)[0]["state"] == "over"


def test_a_code_is_good_once(identity, hoa, desk):
    request = ask(identity, desk)
    code = asked_of(identity, hoa)[0]["code"]
    confirm(identity, desk, request, code)
    with pytest.raises(AssistanceOver):
        confirm(identity, desk, request, code)


def test_a_code_is_good_for_ten_minutes(identity, hoa, desk):
    request = ask(identity, desk)
    code = asked_of(identity, hoa)[0]["code"]
    identity.clock.move(help_codes.LIFETIME)
    with pytest.raises(CodeSpent):
        confirm(identity, desk, request, code)
    assert (asked_of(identity, hoa)[0]["state"], asked_of(identity, hoa)[0]["code"]) == ("expired", None)


def test_after_five_wrong_tries_the_right_code_is_too_late(identity, hoa, desk):
    request = ask(identity, desk)
    code = asked_of(identity, hoa)[0]["code"]
    for _ in range(help_codes.TRIES):
        with pytest.raises(WrongHelpCode):
            confirm(identity, desk, request, wrong(code))
    with pytest.raises(CodeSpent):
        confirm(identity, desk, request, code)


def test_a_number_without_an_account_is_answered_alike(identity, hoa, desk):
    known, unknown = ask(identity, desk), ask(identity, desk, personalNumber="079085000022")
    assert {k: v for k, v in known.items() if k != "id"} == {k: v for k, v in unknown.items() if k != "id"}
    code = asked_of(identity, hoa)[0]["code"]

    def outcomes(request):
        for _ in range(help_codes.TRIES + 1):
            try:
                confirm(identity, desk, request, wrong(code))
            except (WrongHelpCode, CodeSpent) as error:
                yield error.code

    assert list(outcomes(known)) == list(outcomes(unknown)) == ["wrong-help-code"] * 5 + ["code-spent"]


def test_a_code_of_one_request_is_not_good_for_another(identity, hoa, desk):
    first, second = ask(identity, desk), ask(identity, desk, procedure="3.000347")
    codes = {one["id"]: one["code"] for one in asked_of(identity, hoa)}
    with pytest.raises(WrongHelpCode):
        confirm(identity, desk, first, codes[second["id"]])


def test_the_citizen_says_no_or_no_longer(identity, hoa, desk):
    refused, ended = ask(identity, desk), ask(identity, desk)
    codes = {one["id"]: one["code"] for one in asked_of(identity, hoa)}
    assert refuse(identity, hoa, refused)["state"] == "refused"
    with pytest.raises(AssistanceOver):
        confirm(identity, desk, refused, codes[refused["id"]])
    confirm(identity, desk, ended, codes[ended["id"]])
    refuse(identity, hoa, ended)
    with pytest.raises(MandateNotInForce):
        act(identity, desk, ended)
    with pytest.raises(AssistanceOver):
        refuse(identity, hoa, ended)
    with identity.sessions.work() as work:
        told = text(HOLDERS)
        assert work.session.scalars(told).all() == [f"mandate:{one['id']}" for one in (refused, ended)]


def test_others_have_no_part_in_it(identity, hoa, desk):
    request = ask(identity, desk)
    code = asked_of(identity, hoa)[0]["code"]
    colleague = Caller("01a20000-0000-7000-8000-000000000001", "official", roles=desk.roles)
    with pytest.raises(NotFound):
        confirm(identity, colleague, request, code)
    with pytest.raises(NotFound):
        refuse(identity, Caller("01a20000-0000-7000-8000-000000000001", "citizen"), request)
    token = identity.caller(confirm(identity, desk, request, code))
    for use in (asked_of, lambda identity, caller: refuse(identity, caller, request)):
        with pytest.raises(OutsideMandate):
            use(identity, token)


def test_who_is_no_helper_any_more_gets_no_token(identity, hoa, desk):
    request = ask(identity, desk)
    confirm(identity, desk, request, asked_of(identity, hoa)[0]["code"])
    moved = Caller(desk.subject, "official", session=desk.session, roles=frozenset({"specialist"}))
    with pytest.raises(MandateNotInForce):
        act(identity, moved, request)
