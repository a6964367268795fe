"""The four journeys of the demo, with what they leave behind looked at closely."""

import re
from typing import Any

import pytest

from deploy.demo.journeys import extract_by_post, licence_with_supplement, refusal, withdrawal
from deploy.demo.people import AGENCY, People


def states(timeline: list[dict[str, Any]]) -> list[int]:
    """The numbers of the states a dossier went through, without repetitions."""
    numbers = [entry["state"]["number"] for entry in timeline]
    return [n for i, n in enumerate(numbers) if i == 0 or n != numbers[i - 1]]


def quietly(_words: str) -> None:
    """The tests need no commentary."""


def test_a_posted_extract(people: People) -> None:
    journey = extract_by_post(people, quietly)
    dossier = journey.dossier()
    assert states(journey.timeline()) == [1, 2, 4, 9, 10]
    assert re.fullmatch(rf"{re.escape(AGENCY)}-\d{{6}}-\d{{4,7}}", dossier["code"])
    assert dossier["onTime"] in ("early", "on-time")
    owner = journey.owner
    assert owner is not None
    consignment = owner.get("/consignments", dossier=journey.reference)["items"][0]
    history = owner.get(f"/consignments/{consignment['id']}")["history"]
    assert history[-1]["state"]["code"] == "delivered"
    receipt = owner.get(f"/receipts/{journey.money[0].split('(')[1].rstrip(')')}")
    assert receipt["amount"] == 16_000
    assert receipt["lines"][0]["quantity"] == 2
    file = dossier["results"][0]["file"]
    download = owner.get(f"/dossiers/{journey.reference}/files/{file['id']}")
    assert download.body.startswith(b"%PDF-")
    assert len(download.body) == file["size"]


def test_a_licence_with_a_supplement(people: People) -> None:
    journey = licence_with_supplement(people, quietly)
    assert states(journey.timeline()) == [1, 2, 5, 2, 4, 9, 10]
    supplement = journey.dossier()["supplement"]
    assert supplement["dueBefore"]
    assert supplement["dueAfter"]
    assert journey.dossier()["receivedBy"] == "Nguyễn Thị Hoa"


def test_a_refusal(people: People) -> None:
    journey = refusal(people, quietly)
    assert states(journey.timeline()) == [1, 3]
    assert journey.dossier()["code"] is None


def test_a_withdrawal(people: People) -> None:
    journey = withdrawal(people, quietly)
    assert states(journey.timeline()) == [1, 7]


@pytest.mark.parametrize("who", ["tracking"])
def test_anyone_with_the_number_may_follow_and_learns_nothing_personal(people: People, who: str) -> None:
    journey = refusal(people, quietly)
    from deploy.demo.client import Client

    seen = Client(people.base_url).get(f"/{who}/{journey.reference}").body
    assert seen["state"]["code"] == "refused"
    owner = journey.dossier()
    assert owner["ownerName"] not in str(seen)
    assert owner["ownerIdentity"] not in str(seen)
