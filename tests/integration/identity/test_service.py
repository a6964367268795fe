"""The real process over the real broker: what callers see, and what is left behind."""

import time
from contextlib import suppress
from datetime import date

import pytest
from sqlalchemy import text

from chassis import withdrawn
from chassis.client import BlockingClient, RemoteFailure
from services.identity import sandbox, starter, tables
from tests.support.service_keys import token_of

IDENTITY_SECRET = "a secret of the tests, 32 characters or more"
PASSWORD = "ba con mèo trên mái nhà"
CITIZEN = {
    "personalNumber": "001185000044",
    "name": "Lý Văn Tư",
    "birthDate": "1985-03",
    "password": PASSWORD,
}


@pytest.fixture
def identity(service, start, monkeypatch):
    """The service and its relay, with starter data and sandbox accounts."""
    monkeypatch.setenv("IDENTITY_SECRET", IDENTITY_SECRET)
    process, database = service("identity", IDENTITY_SECRET=IDENTITY_SECRET)
    for _ in range(2):
        starter.load(database.sessions(), sandbox=True)
    with database.sessions().work() as work:
        work.add(tables.Agency(code="000.00.06.H26", valid_from=date(2025, 7, 1), sequence=1))
    start(["-m", "chassis", "relay", "identity"], DATABASE_URL=database.url)
    wait_for_key(database)
    return process, database


def wait_for_key(database):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with database.sessions().work() as work:
            if work.session.scalar(text("SELECT count(*) FROM token_keys")):
                return
        time.sleep(0.1)
    raise AssertionError("the key did not arrive")


@pytest.fixture
def client(amqp_url):
    made = BlockingClient(amqp_url)
    yield made
    made.close()


def sign_in(client, identifier, password=sandbox.PASSWORD):
    return client.call("identity", "sign_in", {"identifier": identifier, "password": password})


def refusal(client, method, payload=None, **how):
    with pytest.raises(RemoteFailure) as caught:
        client.call("identity", method, payload, **how)
    return caught.value.problem


def test_the_whole_round(identity, client):
    process, _ = identity
    made = client.call("identity", "sign_up_citizen", CITIZEN, command_id="key-1")
    assert client.call("identity", "sign_up_citizen", CITIZEN, command_id="key-1") == made
    other = refusal(client, "sign_up_citizen", CITIZEN | {"name": "Lý Văn Năm"}, command_id="key-1")
    assert (other["status"], other["code"]) == (422, "idempotency-key-reused")
    assert refusal(client, "sign_up_citizen", CITIZEN, command_id="key-2")["code"] == "account-exists"

    tokens = sign_in(client, "001185000044", PASSWORD)
    me = client.call("identity", "me", token=tokens["accessToken"])
    assert (me["id"], me["name"], me["birthDate"], me["sex"]) == (
        made["id"],
        "Lý Văn Tư",
        "1985-03",
        "female",
    )
    assert refusal(client, "me")["status"] == 401
    assert refusal(client, "me", token=tokens["accessToken"] + "x")["status"] == 401

    client.call("identity", "sign_out", token=tokens["accessToken"])
    assert refusal(client, "refresh", {"refreshToken": tokens["refreshToken"]})["code"] == "session-ended"
    assert 'motcua_identity_sign_ins_total{kind="citizen",outcome="ok"} 1.0' in process.metrics()


def test_no_secret_is_kept_or_logged(identity, client):
    process, database = identity
    client.call("identity", "sign_up_citizen", CITIZEN, command_id="key-1")
    payload = {"identifier": "001185000044", "password": PASSWORD}
    first = client.call("identity", "sign_in", payload, command_id="key-2")
    second = client.call("identity", "sign_in", payload, command_id="key-2")
    assert first["refreshToken"] != second["refreshToken"]
    refusal(client, "sign_in", payload | {"password": "not " + PASSWORD})
    with database.sessions().work() as work:
        tables = work.session.scalars(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        ).all()
        stored = "\n".join(
            str(work.session.execute(text(f'SELECT * FROM "{name}"')).all()) for name in tables
        )
    for secret in (PASSWORD, first["accessToken"], first["refreshToken"], IDENTITY_SECRET):
        assert secret not in stored
        assert secret not in process.log.read_text()
    assert "001185000044" not in process.log.read_text()


def test_operators_give_officials_their_accounts_and_nobody_else_does(identity, client):
    official = {
        "username": "desk.new",
        "name": "Cao Thị Mới",
        "agency": "000.00.06.H26",
        "roles": ["desk"],
        "validFrom": "2026-11-01",
        "validTo": "2027-10-31",
        "password": PASSWORD,
    }
    operator = sign_in(client, "operator.binh")["accessToken"]
    for identifier in ("001190000011", "079085000022", "desk.hoa", "leader.lan"):
        token = sign_in(client, identifier)["accessToken"]
        assert refusal(client, "create_official", official, token=token)["status"] == 403
        assert refusal(client, "find_officials", {}, token=token)["status"] == 403
    assert refusal(client, "create_official", official)["status"] == 401

    made = client.call("identity", "create_official", official, token=operator, command_id="key-1")
    assert "password" not in made
    again = refusal(client, "create_official", official, token=operator, command_id="key-2")
    assert again["code"] == "account-exists"
    backwards = official | {"username": "desk.newer", "validTo": "2026-10-31"}
    problem = refusal(client, "create_official", backwards, token=operator, command_id="key-3")
    assert [error["pointer"] for error in problem["errors"]] == ["/validTo"]

    seen, cursor = [], None
    while True:
        query = {"agency": "000.00.06.H26", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = client.call("identity", "find_officials", query, token=operator)
        assert len(page["items"]) <= 2
        seen += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    forged = refusal(client, "find_officials", {"cursor": "WyJub25zZW5zZSJd"}, token=operator)
    assert (forged["status"], forged["errors"][0]["code"]) == (422, "bad-cursor")
    assert {one["username"] for one in seen} == {
        "desk.hoa",
        "specialist.minh",
        "leader.lan",
        "postal.tuan",
        "desk.new",
    }
    assert len(seen) == 5
    assert next(one for one in seen if one["username"] == "desk.new") == made
    assert made["state"] == "proposed"


def test_a_second_person_approves_on_what_they_have_seen_and_inspectors_only_look(identity, client):
    operator, second, inspector = (
        sign_in(client, name)["accessToken"] for name in ("operator.binh", "operator.chi", "inspector.yen")
    )
    desk = client.call("identity", "find_officials", {"state": "approved"}, token=inspector)["items"]
    official = next(one for one in desk if one["username"] == "postal.tuan")
    terms = {"official": official["id"], "agency": "H26.06", "roles": ["desk"], "validFrom": "2026-11-01"}
    payload = terms | {"reason": "Kiêm nhiệm theo quyết định 12/QĐ-UBND."}
    assert refusal(client, "propose_appointment", payload, token=inspector)["status"] == 403
    proposed = client.call("identity", "propose_appointment", payload, token=operator, command_id="key-1")
    again = client.call("identity", "propose_appointment", payload, token=operator, command_id="key-1")
    assert again == proposed
    one = {"id": proposed["id"]}
    assert client.call("identity", "get_appointment", one, token=inspector) == proposed
    assert refusal(client, "approve_appointment", one, token=inspector)["status"] == 403
    own = refusal(client, "approve_appointment", one, token=operator, command_id="key-2")
    assert (own["status"], own["code"]) == (403, "second-person-needed")
    approved = client.call("identity", "approve_appointment", one, token=second, command_id="key-3")
    assert (approved["state"], approved["version"]) == ("approved", 2)
    assert approved["grantedBy"] != approved["proposedBy"]
    me = client.call("identity", "me", token=sign_in(client, "postal.tuan")["accessToken"])
    assert me["roles"] == ["desk", "postal"]
    assert {appointment["agency"] for appointment in me["appointments"]} == {"000.00.06.H26"}
    ending = one | {"reason": "Thôi kiêm nhiệm."}
    assert refusal(client, "end_appointment", ending, token=inspector)["status"] == 403
    ended = client.call("identity", "end_appointment", ending, token=operator, command_id="key-4")
    assert (ended["state"], ended["version"]) == ("ended", 3)


def test_identity_itself_refuses_a_session_that_was_signed_out(identity, client):
    _, database = identity
    tokens = sign_in(client, "001190000011")
    client.call("identity", "sign_out", token=tokens["accessToken"])
    deadline = time.monotonic() + withdrawn.RELOAD_SECONDS + 2
    code = ""
    while code != "withdrawn-token":
        assert time.monotonic() < deadline
        with suppress(pytest.fail.Exception):
            code = refusal(client, "me", token=tokens["accessToken"])["code"]
    page = client.call("identity", "withdrawn_access_snapshots", {}, token=token_of("dossier", "identity"))
    with database.sessions().work() as work:
        holder = work.session.scalar(text("SELECT holder FROM withdrawn_access"))
    assert [item["data"]["holder"] for item in page["items"]] == [holder]
    client.call("identity", "me", token=sign_in(client, "001190000011")["accessToken"])


def test_services_can_rebuild_their_copy_of_the_keys(identity, client):
    _, database = identity
    citizen = sign_in(client, "001190000011")["accessToken"]
    assert refusal(client, "token_keys", {}, token=citizen)["status"] == 403
    page = client.call("identity", "token_keys", {}, token=token_of("dossier", "identity"))
    (snapshot,) = page["items"]
    (key,) = client.call("identity", "keys")["keys"]
    assert snapshot["data"]["publicJwk"] == key
    with database.sessions().work() as work:
        copied = work.session.execute(text("SELECT kid, public_jwk, sequence FROM token_keys")).one()
    assert copied == (snapshot["subject"], key, snapshot["sequence"])


def test_problems_are_told_in_the_language_asked_for(identity, client):
    wrong = {"identifier": "001190000011", "password": "not the right password"}
    assert "không khớp" in refusal(client, "sign_in", wrong)["detail"]
    assert "do not match" in refusal(client, "sign_in", wrong, language="en")["detail"]
