"""Nobody changes what they have not seen: If-Match on drafts and dossiers."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from deploy.demo.client import Client
from deploy.demo.journeys import Journey
from deploy.demo.people import People
from tests.journeys.refusals import refused


def test_submitting_or_discarding_a_draft_changed_meanwhile(citizen: Client, draft: dict[str, Any]) -> None:
    path, submission = f"/drafts/{draft['id']}", {"draft": draft["id"]}
    refused(428, "precondition-required", citizen.post, "/dossiers", submission)
    changed = citizen.patch(path, {"answers": {"copies": 2}}, draft["etag"])
    refused(412, "precondition-failed", citizen.post, "/dossiers", submission, etag=draft["etag"])
    stale = citizen.ask_once("DELETE", path, headers={"If-Match": draft["etag"]})
    assert (stale.status_code, stale.headers["ETag"]) == (412, changed.etag)
    assert citizen.ask_once("DELETE", path, headers={"If-Match": changed.etag}).status_code == 204


def test_a_move_on_a_dossier_its_officer_has_not_seen(people: People, submitted: Journey) -> None:
    path, body = f"/dossiers/{submitted.reference}/refusal", {"reason": "Sai cơ quan."}
    refused(428, "precondition-required", people.desk.post, path, body)
    unseen = submitted.etag
    submitted.pay(people.citizen, 8_000)
    problem = refused(412, "precondition-failed", people.desk.post, path, body, etag=unseen)
    seen = people.desk.get(f"/dossiers/{submitted.reference}")
    assert (problem["version"], seen["state"]["code"]) == (seen["version"], "new")
    for malformed in ("1", '"1', "*, *"):
        refused(400, "if-match-invalid", people.desk.post, path, body, etag=malformed)
    refused(412, "precondition-failed", people.desk.post, path, body, etag=f"W/{seen.etag}")
    done = people.desk.post(path, body, etag=f'"17", {seen.etag}')
    assert (done["state"]["code"], done.etag != seen.etag) == ("refused", True)


def test_the_same_key_gets_the_same_answer_though_the_tag_is_old(people: People, submitted: Journey) -> None:
    path, key = f"/dossiers/{submitted.reference}/withdrawal", str(uuid.uuid4())
    first, second = (people.citizen.post(path, {}, key=key, etag=submitted.etag) for _ in range(2))
    assert (second.body, second.etag) == (first.body, first.etag)
    assert second.headers["Idempotency-Replayed"] == "true"
    refused(412, "precondition-failed", people.citizen.post, path, {}, etag=submitted.etag)
    problem = refused(409, "illegal-move", people.citizen.post, path, {}, etag="*")
    assert problem["legal"] == []
    assert problem["detail"].endswith("Nothing can be done with it at present.")


def test_of_two_officers_at_once_on_one_tag_one_wins(people: People, submitted: Journey) -> None:
    body = {"reason": "Sai cơ quan."}

    def refuse(_: int) -> int:
        headers = {"If-Match": submitted.etag, "Idempotency-Key": str(uuid.uuid4())}
        path = f"/dossiers/{submitted.reference}/refusal"
        return people.desk.ask_once("POST", path, json=body, headers=headers).status_code

    people.desk.get(f"/dossiers/{submitted.reference}")
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(refuse, range(2))) == [200, 412]
    assert [entry["what"] for entry in submitted.timeline()] == ["submit", "refuse"]
