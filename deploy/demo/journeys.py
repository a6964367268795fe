"""The four journeys: a posted result, a supplement loop, a refusal, a withdrawal."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from deploy.demo.client import Client, eventually, pdf
from deploy.demo.people import AGENCY, People
from deploy.demo.times import local

EXTRACT, LICENCE = "2.000635", "3.000347"
Say = Callable[[str], None]


class NotAsItShouldBe(AssertionError):
    """The platform answered, but not what it should have."""


def expect(what: str, found: Any, wanted: Any) -> None:
    if found != wanted:
        raise NotAsItShouldBe(f"{what}: expected {wanted!r}, found {found!r}")


@dataclass
class Journey:
    """What a journey leaves behind, for the table at the end."""

    title: str
    people: People
    say: Say
    reference: str = ""
    #: The dossier's, as it was last seen.
    etag: str = ""
    owner: Client | None = None
    money: list[str] = field(default_factory=list)
    parcel: str = "-"
    rating: str = "-"

    def dossier(self) -> dict[str, Any]:
        assert self.owner is not None
        answer = self.owner.get(f"/dossiers/{self.reference}")
        self.etag = answer.etag
        found: dict[str, Any] = answer.body
        return found

    def state(self) -> str:
        return str(self.dossier()["state"]["code"])

    def timeline(self) -> list[dict[str, Any]]:
        assert self.owner is not None
        entries: list[dict[str, Any]] = self.owner.get(f"/dossiers/{self.reference}/timeline")["items"]
        return entries

    def act(self, who: Client, path: str, body: dict[str, Any] | None = None) -> str:
        """A move on the dossier as it was last seen; returns the state it led to."""
        answer = who.post(f"/dossiers/{self.reference}/{path}", body or {}, etag=self.etag)
        self.etag = answer.etag
        return str(answer["state"]["code"])

    def submit(self, owner: Client, draft: dict[str, Any]) -> dict[str, Any]:
        self.owner = owner
        made = owner.post("/drafts", {"agency": AGENCY, **draft})
        submitted = owner.post("/dossiers", {"draft": made["id"]}, etag=made.etag)
        self.reference, self.etag = submitted["reference"], submitted.etag
        self.say(f"nộp hồ sơ / submitted: {self.reference}, {submitted['total']:,} đ")
        result: dict[str, Any] = submitted.body
        return result

    def pay(self, owner: Client, amount: int) -> str:
        """Pay the one open obligation at the gateway, as a browser would; returns the receipt's number."""
        obligation = eventually(
            "the obligation",
            lambda: next(iter(owner.get("/obligations", dossier=self.reference)["items"]), None),
        )
        expect("amount of the obligation", obligation["amount"], amount)
        started = owner.post(f"/obligations/{obligation['id']}/payments")
        with httpx.Client(timeout=20) as browser:
            page = browser.get(started["redirectUrl"])
            expect("status of the gateway's page", page.status_code, 200)
            paid = browser.post(started["redirectUrl"], data={"bank": "NCB", "action": "pay"})
            expect("the gateway sends the browser back", paid.status_code, 303)
        settled = eventually(
            "the payment to be settled by the gateway's own word",
            lambda: (o := owner.get(f"/obligations/{obligation['id']}").body)["receipt"] and o,
        )
        self.money.append(f"{amount:,} đ ({settled['receipt']})")
        self.say(f"đã nộp / paid {amount:,} đ, biên lai / receipt {settled['receipt']}")
        eventually("the dossier to learn of it", lambda: all(c["settled"] for c in self.dossier()["charges"]))
        return str(settled["receipt"])


def upload(who: Client, name: str) -> str:
    return who.upload(f"{name}.pdf", pdf(name))


def extract_by_post(people: People, say: Say) -> Journey:
    """(a) Sign up, find the procedure without accents, pay for two copies, get them by post, rate it."""
    journey = Journey("a. Trích lục hộ tịch / civil-status extract, by post", people, say)
    citizen, number = people.sign_up("Lê Thị Mai")
    say(f"đăng ký tài khoản / signed up: {number}")
    found = citizen.get("/procedures", q="cap ban sao trich luc ho tich")["items"]
    expect(
        "the procedure is found by typing without accents", EXTRACT in [p["code"] for p in found[:3]], True
    )
    submitted = journey.submit(
        citizen,
        {
            "procedure": EXTRACT,
            "answers": {"copies": 2, "event": "birth"},
            "papers": papers_for(citizen, EXTRACT),
            "delivery": {
                "method": "post",
                "name": "Lê Thị Mai",
                "phone": "0912345678",
                "address": "12 phố Liễu Giai, phường Ngọc Hà, Hà Nội",
            },
        },
    )
    expect("two copies at 8,000 đ", submitted["total"], 16_000)
    journey.pay(citizen, 16_000)
    work_through(journey)
    journey.act(people.desk, "return", {"method": "post"})
    eventually(
        "the parcel to be delivered and the dossier returned", lambda: journey.state() == "returned", 60
    )
    consignment = citizen.get("/consignments", dossier=journey.reference)["items"][0]
    expect("state of the parcel", consignment["state"]["code"], "delivered")
    journey.parcel = f"{consignment['tracking']} {consignment['state']['name']}"
    say(f"bưu gửi / parcel {journey.parcel}")
    rate(journey, citizen)
    return journey


def licence_with_supplement(people: People, say: Say) -> Journey:
    """(b) Exchange a driving licence: pay, be asked for a paper once, hand it in, collect at the counter."""
    journey = Journey("b. Đổi giấy phép lái xe / driving-licence exchange", people, say)
    citizen = people.citizen
    submitted = journey.submit(
        citizen,
        {"procedure": LICENCE, "answers": {"class": "B"}, "papers": papers_for(citizen, LICENCE)},
    )
    expect("the fee of the day", submitted["total"], 135_000)
    journey.pay(citizen, 135_000)
    expect("state after reception", journey.act(people.desk, "reception"), "received")
    before = journey.dossier()["dueAt"]
    paper = required_papers(citizen, LICENCE)[-1]
    journey.act(
        people.specialist,
        "supplement-request",
        {"reason": "Giấy khám sức khỏe bị mờ.", "papers": [{"code": paper, "note": "Chụp lại."}]},
    )
    expect("state while a paper is missing", journey.state(), "supplement")
    say("yêu cầu bổ sung / supplement requested")
    new_file = upload(citizen, "giay-kham-suc-khoe")
    journey.act(citizen, "supplement", {"papers": [{"code": paper, "file": new_file}]})
    expect("state after the supplement", journey.state(), "received")
    expect("the clock has started again", journey.dossier()["dueAt"] >= before, True)
    journey.act(people.specialist, "steps", {"note": "Đủ điều kiện."})
    sign(journey)
    expect(
        "state at the counter",
        journey.act(people.desk, "return", {"method": "counter", "receivedBy": "Nguyễn Thị Hoa"}),
        "returned",
    )
    say("trả kết quả tại quầy / returned at the counter")
    rate(journey, citizen)
    return journey


def refusal(people: People, say: Say) -> Journey:
    """(c) The desk refuses, with its reason."""
    journey = Journey("c. Từ chối tiếp nhận / refusal", people, say)
    citizen = people.other_citizen
    journey.submit(
        citizen,
        {"procedure": EXTRACT, "answers": {"copies": 1}, "papers": papers_for(citizen, EXTRACT)},
    )
    reason = "Không có thông tin hộ tịch tại cơ quan này."
    expect("state", journey.act(people.desk, "refusal", {"reason": reason}), "refused")
    expect("the citizen reads why", journey.dossier()["reason"], reason)
    say(f"từ chối / refused: {reason}")
    return journey


def withdrawal(people: People, say: Say) -> Journey:
    """(d) The citizen changes their mind."""
    journey = Journey("d. Rút hồ sơ / withdrawal", people, say)
    citizen = people.other_citizen
    journey.submit(
        citizen,
        {"procedure": EXTRACT, "answers": {"copies": 1}, "papers": papers_for(citizen, EXTRACT)},
    )
    expect("state", journey.act(citizen, "withdrawal", {"reason": "Không còn nhu cầu."}), "withdrawn")
    eventually(
        "nothing left to pay",
        lambda: all(
            o["state"]["code"] == "cancelled"
            for o in citizen.get("/obligations", dossier=journey.reference)["items"]
        ),
    )
    say("đã rút hồ sơ / withdrawn, nothing left to pay")
    return journey


def required_papers(who: Client, procedure: str) -> list[str]:
    papers = who.get(f"/procedures/{procedure}")["papers"]
    return [paper["code"] for paper in papers if paper["required"]]


def papers_for(who: Client, procedure: str) -> list[dict[str, str]]:
    return [{"code": code, "file": upload(who, f"paper-{code}")} for code in required_papers(who, procedure)]


def work_through(journey: Journey) -> None:
    """Reception, preparation, signature."""
    people = journey.people
    expect("state after reception", journey.act(people.desk, "reception"), "received")
    seen = journey.dossier()
    journey.say(f"tiếp nhận / received: {seen['code']}, hẹn trả / due {local(seen['dueAt']):%d/%m/%Y %H:%M}")
    expect(
        "state in preparation",
        journey.act(people.specialist, "steps", {"note": "Đã đối chiếu."}),
        "processing",
    )
    sign(journey)


def sign(journey: Journey) -> None:
    leader = journey.people.leader
    result = upload(leader, "ket-qua")
    decision = {"outcome": "approve", "results": [{"file": result, "number": "123/2026"}]}
    expect("state after the signature", journey.act(leader, "decision", decision), "done")
    journey.say("lãnh đạo ký / signed by the leader")


def rate(journey: Journey, citizen: Client) -> None:
    scores = [{"indicator": number, "points": 2} for number in (1, 3, 4, 7)]
    rating = eventually(
        "the finished dossier to be known where it is rated",
        lambda: _rated(citizen, journey.reference, scores),
    )
    points = sum(score["points"] or 0 for score in rating["scores"])
    journey.rating = f"{points} điểm / points"
    journey.say(f"đánh giá / rated: {journey.rating}")


def _rated(citizen: Client, reference: str, scores: list[dict[str, int]]) -> dict[str, Any] | None:
    from deploy.demo.client import Refused

    try:
        body: dict[str, Any] = citizen.post("/ratings", {"dossier": reference, "scores": scores}).body
    except Refused as refused:
        # Its own copy of the dossier arrives by event, a moment later.
        if refused.status in (404, 409):
            return None
        raise
    return body


JOURNEYS = (extract_by_post, licence_with_supplement, refusal, withdrawal)
