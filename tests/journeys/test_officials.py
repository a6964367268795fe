"""An official comes and goes: proposed by one, approved by another, at work, ended, and nowhere let in any more."""

import secrets
import time
from typing import Any

from deploy.demo.client import PASSWORD, Client, Refused, eventually
from deploy.demo.journeys import Journey
from deploy.demo.people import AGENCY, People
from tests.journeys.refusals import refused
from tests.support.platform import Platform

#: What an official may ask of each service; `me` is identity's.
ASKED = ("/me", "/agencies", "/desk/dossiers", "/obligations", "/consignments", "/desk/petitions")
PROMISED_SECONDS = 60.0
#: What it takes in truth: the event's way, and the time until a replica looks.
IN_TRUTH_SECONDS = 10.0


def proposed(operator: Client) -> tuple[dict[str, Any], str]:
    """A new desk official, and the user name; the agencies may still be on their way to a fresh identity service."""
    username = f"desk.new{secrets.randbelow(10**8)}"
    official = {
        "username": username,
        "name": "Cao Thị Mới",
        "agency": AGENCY,
        "roles": ["desk"],
        "validFrom": "2026-01-01",
        "password": PASSWORD,
        "reason": "Quyết định 12/QĐ-UBND.",
    }

    def try_it() -> dict[str, Any] | None:
        try:
            made: dict[str, Any] = operator.post("/officials", official).body
            return made
        except Refused as no:
            assert [error["code"] for error in no.problem["errors"]] == ["agency-not-in-force"]
            return None

    return eventually("the agency to be known", try_it), username


def test_the_machines_operator_appoints_the_first_operators(platform: Platform, url: str) -> None:
    words = ("operator", "add", "operator.new", "--name", "Lý Thị Mới", "--agency", "000.00.00.G22")
    said = platform.command(*words).stdout
    operator = Client(url).sign_in("operator.new", said.partition("first password: ")[2].strip())
    me = operator.get("/me")
    (own,) = operator.get("/appointments", official=me["id"])["items"]
    assert (own["roles"], own["state"], own["proposedBy"], own["grantedBy"]) == (
        ["operator"],
        "approved",
        "machine",
        "machine",
    )
    assert platform.command(*words).stdout == "operator.new is an operator already\n"


def test_an_official_comes_and_goes(url: str, people: People, submitted: Journey) -> None:
    operator, second, inspector = (
        Client(url, language="en").sign_in(name)
        for name in ("operator.binh", "operator.chi", "inspector.yen")
    )
    made, username = proposed(operator)
    path = f"/appointments/{made['appointment']}"
    seen = operator.get(path)
    assert seen["state"] == "proposed"
    refused(403, "second-person-needed", operator.post, f"{path}/approval", etag=seen.etag)
    refused(403, "forbidden", inspector.post, f"{path}/approval", etag=seen.etag)
    refused(428, "precondition-required", second.post, f"{path}/approval")
    refused(403, "not-in-office", Client(url, language="en").sign_in, username)
    approved = second.post(f"{path}/approval", etag=second.get(path).etag)
    assert approved["state"] == "approved"

    official = Client(url, language="en").sign_in(username)
    submitted.pay(people.citizen, 8_000)
    submitted.dossier()
    assert submitted.act(official, "reception") == "received"
    assert [asked for asked in ASKED if official.ask_once("GET", asked).status_code == 401] == []

    refused(412, "precondition-failed", operator.post, f"{path}/end", {"reason": "Nghỉ."}, etag=seen.etag)
    started = time.monotonic()
    ended = operator.post(f"{path}/end", {"reason": "Chuyển công tác."}, etag=approved.etag)
    assert ended["state"] == "ended"
    took: dict[str, float] = {}
    while len(took) < len(ASKED):
        assert time.monotonic() - started < PROMISED_SECONDS, f"still let in: {set(ASKED) - set(took)}"
        for asked in set(ASKED) - set(took):
            answer = official.ask_once("GET", asked)
            if answer.status_code == 401 and answer.json()["code"] == "withdrawn-token":
                took[asked] = time.monotonic() - started
        time.sleep(0.1)
    assert max(took.values()) < IN_TRUTH_SECONDS
    # Taken back means taken back, writing too.
    move = {"method": "counter"}
    refused(401, "withdrawn-token", official.post, f"/dossiers/{submitted.reference}/return", move, etag="*")
    refused(403, "not-in-office", Client(url, language="en").sign_in, username)
    # The others at the same agency go on, and see what the official did.
    assert people.desk.get(f"/dossiers/{submitted.reference}")["state"]["code"] == "received"
