"""Whoever reads a citizen's data in office, the citizen sees it: who, when and why, within five seconds."""

import time

import pytest

from deploy.demo.client import Client, Refused
from deploy.demo.journeys import Journey
from deploy.demo.people import AGENCY, People

SOON = 5.0


def test_the_citizen_sees_who_read_the_dossier(people: People, submitted: Journey) -> None:
    people.desk.get(f"/dossiers/{submitted.reference}")
    read_at = time.monotonic()
    while True:
        seen = [
            item
            for item in people.citizen.get("/me/data-access")["items"]
            if item["reference"] == submitted.reference
        ]
        if seen or time.monotonic() - read_at > SOON:
            break
        time.sleep(0.1)
    (line,) = seen
    assert line["reader"] == {"name": "Lê Thị Hoa", "agency": AGENCY, "roles": ["desk"]}
    assert line["purpose"] == {"code": "processing", "name": "Handling the dossier"}


def test_an_inspector_says_what_for(people: People, submitted: Journey) -> None:
    inspector = Client(people.base_url, language="en").sign_in("inspector.yen")
    with pytest.raises(Refused) as refused:
        inspector.get(f"/dossiers/{submitted.reference}")
    assert refused.value.status == 422
    seen = inspector.get(f"/dossiers/{submitted.reference}", purpose="inspection")
    assert seen["reference"] == submitted.reference
