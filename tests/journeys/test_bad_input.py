"""Bad input gets a clear error that names the field and the rule, and nothing internal leaks."""

import uuid
from typing import Any

import httpx
import pytest

from deploy.demo.client import PASSWORD, Client, Refused, eventually, pdf
from deploy.demo.journeys import EXTRACT, LICENCE, Journey, papers_for, upload
from deploy.demo.people import AGENCY, People
from tests.journeys.refusals import refused


def pointers(problem: dict[str, Any]) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in problem["errors"]}


def citizen_details(**changes: Any) -> dict[str, Any]:
    details = {
        "personalNumber": "001099000123",
        "name": "Phạm Văn Thử",
        "birthDate": "1999",
        "password": PASSWORD,
    }
    return {**details, **changes}


def test_every_bad_field_is_named_at_once(url: str) -> None:
    body = {"personalNumber": 7, "birthDate": "1999", "nickname": "x", "password": PASSWORD}
    problem = refused(422, "validation-failed", Client(url).post, "/citizens", body)
    assert pointers(problem) == {
        "/personalNumber": "not-a-text",
        "/name": "required",
        "/nickname": "unknown-field",
    }


@pytest.mark.parametrize("number", ["001299", "099190000011", "00119000001x", "000190000011"])
def test_a_bad_personal_number(url: str, number: str) -> None:
    body = citizen_details(personalNumber=number)
    problem = refused(422, "validation-failed", Client(url).post, "/citizens", body)
    assert pointers(problem) == {"/personalNumber": "personal-number"}


@pytest.mark.parametrize(("code", "fault"), [("%ff", "not-utf8"), ("khai-sinh", "bad-format")])
def test_a_bad_procedure_code_in_the_address(url: str, code: str, fault: str) -> None:
    details = set()
    for language in ("vi", "en"):
        problem = refused(422, "validation-failed", Client(url, language=language).get, f"/procedures/{code}")
        assert pointers(problem) == {"/code": fault}
        details.add(problem["errors"][0]["detail"])
    assert len(details) == 2
    assert not [detail for detail in details if "\\" in detail or "[" in detail]


def test_a_nul_character_in_the_answers(citizen: Client) -> None:
    body = {"procedure": EXTRACT, "agency": AGENCY, "answers": {"people": [{"name": "Hoa\x00"}]}}
    problem = refused(422, "validation-failed", citizen.post, "/drafts", body)
    assert pointers(problem) == {"/answers/people/0/name": "control-character"}


def test_a_number_nobody_could_read_again(citizen: Client) -> None:
    body = {"procedure": EXTRACT, "agency": AGENCY, "answers": {"x": 1e60}}
    problem = refused(422, "validation-failed", citizen.post, "/drafts", body)
    assert pointers(problem) == {"/answers/x": "too-big"}


@pytest.mark.parametrize("depth", [20, 253, 900])
def test_answers_nested_too_deeply(citizen: Client, depth: int) -> None:
    nested: Any = 1
    for _ in range(depth):
        nested = [nested]
    body = {"procedure": EXTRACT, "agency": AGENCY, "answers": {"x": nested}}
    problem = refused(422, "validation-failed", citizen.post, "/drafts", body)
    assert set(pointers(problem).values()) == {"too-deep"}


def test_a_bad_tax_code(url: str, citizen: Client) -> None:
    body = {
        "taxCode": "0100109107",
        "name": "Công ty Thử nghiệm",
        "representativeName": "Phạm Văn Thử",
        "representativeNumber": "001099000123",
        "password": PASSWORD,
    }
    refused(401, "unauthenticated", Client(url).post, "/businesses", body)
    problem = refused(422, "validation-failed", citizen.post, "/businesses", body)
    assert pointers(problem) == {"/taxCode": "tax-code"}


def test_messages_come_in_the_language_asked_for(url: str) -> None:
    details = {}
    for language in ("vi", "en"):
        body = citizen_details(name="")
        problem = refused(422, "validation-failed", Client(url, language=language).post, "/citizens", body)
        details[language] = problem["errors"][0]["detail"]
    assert details["vi"] != details["en"]


def test_an_unknown_procedure(citizen: Client) -> None:
    body = {"procedure": "9.999999", "agency": AGENCY}
    problem = refused(422, "unknown-procedure", citizen.post, "/drafts", body)
    assert pointers(problem) == {"/procedure": "unknown-procedure"}


def test_a_procedure_not_in_force_today(citizen: Client) -> None:
    ended = next(
        procedure["code"]
        for procedure in citizen.get("/procedures", q="hỗ trợ COVID", on="2020-05-20", limit=50)["items"]
        if procedure.get("validTo") and procedure["validTo"] < "2026-01-01"
    )
    problem = refused(
        422, "procedure-not-in-force", citizen.post, "/drafts", {"procedure": ended, "agency": AGENCY}
    )
    assert pointers(problem) == {"/procedure": "procedure-not-in-force"}


def test_a_missing_paper_is_named(citizen: Client) -> None:
    made = citizen.post("/drafts", {"procedure": LICENCE, "agency": AGENCY})
    with pytest.raises(Refused) as caught:
        citizen.post("/dossiers", {"draft": made["id"]}, etag=made.etag)
    assert caught.value.status == 422
    assert "/papers" in str(caught.value.problem["errors"])


def test_a_file_of_a_lying_type(citizen: Client) -> None:
    with pytest.raises(Refused) as caught:
        citizen.upload("photo.png", pdf("not a picture"), "image/png")
    assert caught.value.status == 415


def test_a_file_of_a_forbidden_type(citizen: Client) -> None:
    with pytest.raises(Refused) as caught:
        citizen.upload("run.exe", b"MZ" + bytes(2_000), "application/pdf")
    assert caught.value.status == 415


def test_a_file_too_big(citizen: Client) -> None:
    with pytest.raises(Refused) as caught:
        citizen.upload("big.pdf", pdf("big") + bytes(21 * 1024 * 1024))
    assert caught.value.status == 413


def test_the_same_key_gets_the_same_answer_and_makes_one_dossier(citizen: Client) -> None:
    papers = papers_for(citizen, EXTRACT)
    made = citizen.post(
        "/drafts", {"procedure": EXTRACT, "agency": AGENCY, "answers": {"copies": 1}, "papers": papers}
    )
    key = str(uuid.uuid4())
    first = citizen.post("/dossiers", {"draft": made["id"]}, key=key, etag=made.etag)
    second = citizen.post("/dossiers", {"draft": made["id"]}, key=key, etag=made.etag)
    assert first.body == second.body
    references = [item["reference"] for item in citizen.get("/dossiers", limit=100)["items"]]
    assert references.count(first["reference"]) == 1


def test_the_same_key_with_another_body(citizen: Client, draft: dict[str, Any]) -> None:
    key = str(uuid.uuid4())
    body = {"procedure": EXTRACT, "agency": AGENCY}
    citizen.post("/drafts", body, key=key)
    refused(
        422, "idempotency-key-reused", citizen.post, "/drafts", {**body, "answers": {"copies": 3}}, key=key
    )


def test_a_write_without_a_key(url: str, citizen: Client) -> None:
    with pytest.raises(Refused) as caught:
        citizen.post("/drafts", {"procedure": EXTRACT, "agency": AGENCY}, key=None)
    assert caught.value.status in (400, 422, 428)
    assert "Idempotency-Key" in str(caught.value.problem)


def test_a_stale_entity_tag(citizen: Client, draft: dict[str, Any]) -> None:
    path = f"/drafts/{draft['id']}"
    changed = citizen.patch(path, {"answers": {"copies": 2}}, draft["etag"])
    assert changed.etag != draft["etag"]
    refused(412, "precondition-failed", citizen.patch, path, {"answers": {"copies": 3}}, draft["etag"])
    assert citizen.get(path)["answers"] == {"copies": 2}


def test_no_entity_tag(citizen: Client, draft: dict[str, Any]) -> None:
    answer = citizen.ask_once("PATCH", f"/drafts/{draft['id']}", json={"answers": {}})
    assert answer.status_code == 428
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert citizen.ask_once("DELETE", f"/drafts/{draft['id']}").status_code == 428


def test_another_citizens_dossier_does_not_exist(people: People, submitted: Journey) -> None:
    other = people.other_citizen
    refused(404, "dossier-not-found", other.get, f"/dossiers/{submitted.reference}")
    path = f"/dossiers/{submitted.reference}/withdrawal"
    refused(404, "dossier-not-found", other.post, path, {}, etag=submitted.etag)


def test_an_official_of_another_agency(people: People, submitted: Journey) -> None:
    path = f"/dossiers/{submitted.reference}/reception"
    refused(403, "forbidden", people.other_desk.post, path, {}, etag=submitted.etag)
    assert submitted.state() == "new"


def test_without_signing_in(url: str) -> None:
    refused(401, "unauthenticated", Client(url).get, "/dossiers")
    refused(401, "invalid-token", Client(url, token="not.a.token").get, "/dossiers")


def test_a_citizen_may_not_work_the_desk(citizen: Client, submitted: Journey) -> None:
    path = f"/dossiers/{submitted.reference}/reception"
    refused(403, "forbidden", citizen.post, path, {}, etag=submitted.etag)


def test_an_illegal_move_names_the_legal_ones(people: People, submitted: Journey) -> None:
    problem = refused(
        409,
        "illegal-move",
        people.desk.post,
        f"/dossiers/{submitted.reference}/return",
        {"method": "counter"},
        etag=submitted.etag,
    )
    assert "receive" in problem["legal"]
    assert "refuse" in problem["legal"]


def test_reception_waits_for_the_fee(people: People, submitted: Journey) -> None:
    path = f"/dossiers/{submitted.reference}/reception"
    refused(409, "fees-unpaid", people.desk.post, path, {}, etag=submitted.etag)


def test_a_second_supplement_request(people: People) -> None:
    journey = Journey("supplement", people, lambda _words: None)
    owner = people.citizen
    papers = papers_for(owner, LICENCE)
    journey.submit(owner, {"procedure": LICENCE, "papers": papers})
    journey.pay(owner, 135_000)
    journey.act(people.desk, "reception")
    asked = {"reason": "Thiếu chữ ký.", "papers": [{"code": papers[0]["code"]}]}
    journey.act(people.specialist, "supplement-request", asked)
    answer = {"papers": [{"code": papers[0]["code"], "file": upload(owner, "again")}]}
    journey.act(owner, "supplement", answer)
    path = f"/dossiers/{journey.reference}/supplement-request"
    specialist = people.specialist
    refused(409, "supplement-already-requested", specialist.post, path, asked, etag=journey.etag)


class TestGatewayNotices:
    """Only the gateway's own signed word settles a payment, and only once."""

    @pytest.fixture
    def owed(self, citizen: Client, submitted: Journey) -> dict[str, Any]:
        return dict(
            eventually(
                "the obligation",
                lambda: next(iter(citizen.get("/obligations", dossier=submitted.reference)["items"]), None),
            )
        )

    def notice(self, url: str, params: dict[str, str]) -> str:
        answer = httpx.get(f"{url}/v1/gateway/vnpay/ipn", params=params, timeout=10)
        assert answer.status_code == 200
        return str(answer.json()["RspCode"])

    def test_a_wrong_signature(self, url: str, citizen: Client, owed: dict[str, Any]) -> None:
        started = citizen.post(f"/obligations/{owed['id']}/payments")
        sent = dict(httpx.URL(started["redirectUrl"]).params)
        forged = {
            "vnp_TxnRef": sent["vnp_TxnRef"],
            "vnp_TmnCode": sent["vnp_TmnCode"],
            "vnp_Amount": sent["vnp_Amount"],
            "vnp_ResponseCode": "00",
            "vnp_TransactionStatus": "00",
            "vnp_SecureHash": "0" * 128,
        }
        assert self.notice(url, forged) == "97"
        assert citizen.get(f"/obligations/{owed['id']}")["receipt"] is None

    def test_repeated_after_it_settled(
        self, url: str, citizen: Client, submitted: Journey, owed: dict[str, Any]
    ) -> None:
        started = citizen.post(f"/obligations/{owed['id']}/payments")
        with httpx.Client(timeout=20) as browser:
            back = browser.post(started["redirectUrl"], data={"bank": "NCB", "action": "pay"})
        # The way back carries the same signed words as the notice.
        returned = dict(httpx.URL(back.headers["location"]).params)
        settled = eventually("the receipt", lambda: citizen.get(f"/obligations/{owed['id']}").body["receipt"])
        assert self.notice(url, returned) == "02"
        assert citizen.get(f"/obligations/{owed['id']}")["receipt"] == settled
        assert citizen.get(f"/payments/{started['payment']}")["refundDue"] == 0


def test_signing_in_and_refreshing_do_not_look_at_an_old_access_token(url: str) -> None:
    stale = Client(url, token="gone.by.now")
    tokens = stale.post("/sessions", {"identifier": "001190000011", "password": PASSWORD}, key=None)
    fresh = Client(url, token="gone.by.now").post(
        "/sessions/refresh", {"refreshToken": tokens["refreshToken"]}, key=None
    )
    assert Client(url, token=fresh["accessToken"]).get("/me")["identifier"] == "001190000011"
    refused(401, "invalid-token", stale.get, "/procedures")
