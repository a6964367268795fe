"""Acting for others, through HTTP alone: at the desk with the citizen's code, for a business, for a child."""

from datetime import datetime, timedelta

import pytest

from chassis.clock import VIETNAM
from deploy.demo.client import Client
from deploy.demo.journeys import EXTRACT, LICENCE, Journey, papers_for
from deploy.demo.people import AGENCY, People
from tests.journeys.refusals import refused

BUSINESS, CHILD = "0100109106", "001318000101"


def quietly(_words: str) -> None:
    """The tests need no commentary."""


def acting(who: Client, **which: str) -> Client:
    """The one signed in, acting for somebody."""
    token = who.post("/sessions/acting", which, key=None)["accessToken"]
    return Client(who.base_url, token, language="en")


def extract(who: Client) -> dict[str, object]:
    return {"procedure": EXTRACT, "answers": {"copies": 1}, "papers": papers_for(who, EXTRACT)}


def test_a_helper_files_for_a_citizen_who_is_told_who_did_it(people: People) -> None:
    citizen, number = people.sign_up("Đinh Thị Lụa")
    asked = people.desk.post(
        "/assistance", {"personalNumber": number, "procedure": EXTRACT, "purpose": "Nộp giúp trích lục."}
    )
    (request,) = citizen.get("/me/assistance")["items"]
    assert (request["helper"], request["agency"], request["procedure"]) == ("Lê Thị Hoa", AGENCY, EXTRACT)
    confirmation = f"/assistance/{asked['id']}/confirmation"
    wrong = f"{(int(request['code']) + 1) % 1_000_000:06d}"
    refused(403, "wrong-help-code", people.desk.post, confirmation, {"code": wrong}, key=None)
    token = people.desk.post(confirmation, {"code": request["code"]}, key=None)["accessToken"]
    helper = Client(people.base_url, token, language="en")

    refused(403, "outside-mandate", helper.get, "/me")
    outside = {"procedure": LICENCE, "agency": AGENCY, "answers": {"class": "B"}}
    refused(403, "outside-mandate", helper.post, "/drafts", outside)
    assert helper.get("/dossiers")["items"] == []
    journey = Journey("help at the desk", people, quietly)
    journey.submit(helper, extract(helper))
    again = helper.post("/drafts", {"agency": AGENCY, **extract(helper)})
    refused(409, "consent-used", helper.post, "/dossiers", {"draft": again["id"]}, etag=again.etag)

    (mine,) = citizen.get("/dossiers")["items"]
    assert (mine["reference"], mine["ownerName"]) == (journey.reference, "Đinh Thị Lụa")
    assert (mine["filedBy"]["name"], mine["filedBy"]["actsAs"], mine["filedBy"]["agency"]) == (
        "Lê Thị Hoa",
        "helper",
        AGENCY,
    )
    (entry,) = citizen.get(f"/dossiers/{journey.reference}/timeline")["items"]
    assert "Lê Thị Hoa for Đinh Thị Lụa" in entry["text"]
    journey.pay(citizen, 8_000)
    citizen.post(f"/me/assistance/{request['id']}/refusal")
    refused(403, "mandate-not-in-force", acting, people.desk, mandate=request["id"])


def test_a_delegate_of_a_business_keeps_to_the_scope_until_it_is_revoked(people: People) -> None:
    representative = people.citizen
    account = representative.post("/businesses", {"taxCode": BUSINESS})
    company = acting(representative, subject=account["id"])
    assert company.get("/me")["identifier"] == BUSINESS
    delegate, number = people.sign_up("Cao Văn Lực")
    sent = company.post(
        "/me/mandates",
        {
            "personalNumber": number,
            "procedures": [EXTRACT],
            "actions": ["submit", "read", "pay"],
            "validTo": str(datetime.now(VIETNAM).date() + timedelta(days=90)),
        },
    )
    refused(403, "mandate-not-in-force", acting, delegate, mandate=sent["id"])
    (received,) = delegate.get("/me/mandates")["items"]
    accepted = delegate.post(f"/me/mandates/{received['id']}/acceptance", etag=sent.etag)
    worker = acting(delegate, mandate=sent["id"])

    outside = {"procedure": LICENCE, "agency": AGENCY, "answers": {"class": "B"}}
    refused(403, "outside-mandate", worker.post, "/drafts", outside)
    journey = Journey("a delegate", people, quietly)
    journey.submit(worker, extract(worker))
    journey.pay(worker, 8_000)
    seen = company.get(f"/dossiers/{journey.reference}")
    assert (seen["ownerKind"], seen["filedBy"]["name"]) == ("business", "Cao Văn Lực")
    paid = company.get("/obligations", dossier=journey.reference)["items"][0]
    assert paid["receipt"]

    path = f"/me/mandates/{sent['id']}/revocation"
    refused(428, "precondition-required", company.post, path)
    company.post(path, etag=accepted.etag)
    refused(403, "mandate-not-in-force", acting, delegate, mandate=sent["id"])


@pytest.mark.parametrize("business", ["0302481483", "0101248141"])
def test_a_business_that_is_not_active_or_not_there_is_refused(people: People, business: str) -> None:
    status, code = (409, "business-not-active") if business == "0302481483" else (422, "validation-failed")
    refused(status, code, people.citizen.post, "/businesses", {"taxCode": business})
    stranger = {"taxCode": BUSINESS}
    refused(403, "not-legal-representative", people.other_citizen.post, "/businesses", stranger)


def test_a_parent_files_for_a_child(people: People) -> None:
    parent = people.citizen
    ward = parent.post("/me/wards", {"personalNumber": CHILD})
    assert (ward["actsAs"], ward["principal"]["name"]) == ("guardian", "Phạm Minh An")
    child = acting(parent, subject=ward["principal"]["id"])
    journey = Journey("a child", people, quietly)
    journey.submit(child, extract(child))
    seen = people.desk.get(f"/dossiers/{journey.reference}")
    assert (seen["ownerIdentity"], seen["filedBy"]["name"]) == (CHILD, "Nguyễn Thị Hoa")
    refused(403, "not-parent-or-guardian", people.other_citizen.post, "/me/wards", {"personalNumber": CHILD})
