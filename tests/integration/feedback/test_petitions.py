"""Petitions from filing to answer, and who learns what of them."""

import json
from typing import Any

import pytest

from chassis.caller import Caller
from chassis.errors import Forbidden, NotFound, Unauthenticated, ValidationFailed
from services.feedback import api, queries, usecases
from services.feedback.errors import IllegalPetitionMove
from tests.integration.feedback.support import AGENCY, OTHER_AGENCY, Feedback
from tests.support.people import citizen, official

ANSWER = "Chúng tôi đã kiểm tra và xin lỗi ông/bà về việc này."
RECEIVER = official("000.00.00.G22", "receiver")
DESK = official(AGENCY, "desk")
LEADER = official(AGENCY, "leader", name="Lê Thị Lan")
STRANGER_DESK = official(OTHER_AGENCY, "desk")


@pytest.fixture
def hoa() -> Caller:
    return citizen()


def file(feedback: Feedback, caller: Caller, body: dict[str, Any], **more: Any) -> dict[str, Any]:
    return feedback.do(api.FILE_PETITION, usecases.file_petition, caller, **(body | more))


def read(feedback: Feedback, caller: Caller, reference: str) -> dict[str, Any]:
    return feedback.do(api.GET_PETITION, queries.petition, caller, reference=reference)


def transfer(feedback: Feedback, caller: Caller, reference: str, **more: Any) -> dict[str, Any]:
    return feedback.do(api.TRANSFER_PETITION, usecases.transfer_petition, caller, reference=reference, **more)


def answer(feedback: Feedback, caller: Caller, reference: str, *, publish: bool = False) -> dict[str, Any]:
    return feedback.do(
        api.ANSWER_PETITION,
        usecases.answer_petition,
        caller,
        reference=reference,
        answer=ANSWER,
        publish=publish,
    )


def reject(feedback: Feedback, caller: Caller, reference: str) -> dict[str, Any]:
    body = {
        "ground": "complaint-or-denunciation",
        "reason": "Đây là đơn tố cáo, đề nghị gửi theo Luật Tố cáo.",
    }
    return feedback.do(api.REJECT_PETITION, usecases.reject_petition, caller, reference=reference, **body)


def desk(feedback: Feedback, caller: Caller, **query: Any) -> list[str]:
    page = feedback.do(api.DESK_PETITIONS, queries.desk_petitions, caller, **query)
    return [one["reference"] for one in page["items"]]


def test_filed_and_followed(feedback: Feedback, hoa: Caller, petition_body: dict[str, Any]) -> None:
    view = file(feedback, hoa, petition_body)
    assert view["reference"].startswith("PA-")
    assert view["state"] == {"code": "registered", "name": "Đã tiếp nhận"}
    # Filed on Friday 20 November 2026.
    assert view["transferDue"] == "2026-11-27"
    assert view["petitioner"]["name"] == "Nguyễn Thị Hoa"
    assert read(feedback, hoa, view["reference"]) == view
    mine = feedback.do(api.MY_PETITIONS, queries.my_petitions, hoa)
    assert mine == {"items": [view], "next": None}


def test_from_behaviour_to_a_published_answer(
    feedback: Feedback, hoa: Caller, petition_body: dict[str, Any]
) -> None:
    reference = file(feedback, hoa, petition_body)["reference"]
    assert transfer(feedback, RECEIVER, reference)["state"]["code"] == "transferred"
    answered = answer(feedback, LEADER, reference, publish=True)
    assert answered["state"]["code"] == "answered"
    assert answered["answer"] == {"text": ANSWER, "answeredBy": "Lê Thị Lan", "published": True}
    assert read(feedback, hoa, reference)["answer"]["text"] == ANSWER
    everybody = read(feedback, Caller(), reference)
    assert everybody["answer"]["text"] == ANSWER
    assert everybody["petitioner"] is None
    kinds = [json.loads(body)["type"].split(".")[3] for body in feedback.told()]
    assert kinds == ["petition-filed", "petition-transferred", "petition-answered"]


def test_the_agency_complained_of_never_learns_who(
    feedback: Feedback, hoa: Caller, petition_body: dict[str, Any]
) -> None:
    reference = file(feedback, hoa, petition_body, publishIdentity=True)["reference"]
    own_receiver = official(AGENCY, "receiver")
    for reader in (DESK, own_receiver):
        assert desk(feedback, reader) == []
        with pytest.raises(NotFound):
            read(feedback, reader, reference)
    with pytest.raises(NotFound):
        transfer(feedback, own_receiver, reference)
    transfer(feedback, RECEIVER, reference)
    shown = [read(feedback, reader, reference) for reader in (DESK, LEADER, own_receiver)]
    shown.append(answer(feedback, LEADER, reference, publish=True))
    shown.append(read(feedback, Caller(), reference))
    shown += feedback.do(api.DESK_PETITIONS, queries.desk_petitions, DESK)["items"]
    text = json.dumps(shown, ensure_ascii=False) + "".join(feedback.told())
    for secret in ("Nguyễn Thị Hoa", "Hoàng Hoa Thám", "0912 345 678", hoa.subject):
        assert secret not in text


def test_of_a_regulation_the_agency_learns_who_and_may_answer_itself(
    feedback: Feedback, hoa: Caller, petition_body: dict[str, Any]
) -> None:
    reference = file(feedback, hoa, petition_body, subject="regulation")["reference"]
    assert desk(feedback, DESK) == [reference]
    assert read(feedback, DESK, reference)["petitioner"]["phone"] == "0912 345 678"
    assert answer(feedback, DESK, reference)["state"]["code"] == "answered"
    with pytest.raises(NotFound):
        read(feedback, Caller(), reference)


@pytest.mark.parametrize(("consent", "shown"), [(True, {"name": "Nguyễn Thị Hoa"}), (False, None)])
def test_everybody_sees_the_name_with_consent_and_nothing_more(
    feedback: Feedback, hoa: Caller, petition_body: dict[str, Any], consent: bool, shown: Any
) -> None:
    body = petition_body | {"subject": "proposal", "publishIdentity": consent}
    reference = file(feedback, hoa, body)["reference"]
    answer(feedback, DESK, reference, publish=True)
    assert read(feedback, Caller(), reference)["petitioner"] == shown
    assert read(feedback, citizen("Trần Văn Nam"), reference)["petitioner"] == shown


def test_the_receiving_body_corrects_the_agency_concerned(
    feedback: Feedback, hoa: Caller, petition_body: dict[str, Any]
) -> None:
    reference = file(feedback, hoa, petition_body)["reference"]
    with pytest.raises(ValidationFailed):
        transfer(feedback, RECEIVER, reference, agency="000.00.99.H99")
    assert transfer(feedback, RECEIVER, reference, agency=OTHER_AGENCY)["agency"]["code"] == OTHER_AGENCY
    with pytest.raises(Forbidden):
        answer(feedback, DESK, reference)
    assert answer(feedback, STRANGER_DESK, reference)["state"]["code"] == "answered"


def test_a_rejection_tells_its_ground_and_reason(
    feedback: Feedback, hoa: Caller, petition_body: dict[str, Any]
) -> None:
    reference = file(feedback, hoa, petition_body)["reference"]
    reject(feedback, RECEIVER, reference)
    view = read(feedback, hoa, reference)
    assert view["state"]["code"] == "rejected"
    assert view["rejection"]["ground"]["name"] == "Thuộc phạm vi khiếu nại, tố cáo"
    assert view["rejection"]["reason"].startswith("Đây là đơn tố cáo")


def test_illegal_moves_name_the_legal_ones(
    feedback: Feedback, hoa: Caller, petition_body: dict[str, Any]
) -> None:
    reference = file(feedback, hoa, petition_body)["reference"]
    transfer(feedback, RECEIVER, reference)
    with pytest.raises(IllegalPetitionMove) as caught:
        transfer(feedback, RECEIVER, reference)
    assert caught.value.values == {"state": "transferred", "legal": ["answer", "reject"]}
    answer(feedback, DESK, reference)
    for again in (answer, reject):
        with pytest.raises(IllegalPetitionMove) as caught:
            again(feedback, DESK if again is answer else RECEIVER, reference)
        assert caught.value.values["legal"] == []


def test_who_may_do_what(feedback: Feedback, hoa: Caller, petition_body: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        file(feedback, Caller(), petition_body)
    with pytest.raises(Forbidden):
        file(feedback, DESK, petition_body)
    reference = file(feedback, hoa, petition_body)["reference"]
    with pytest.raises(NotFound):
        read(feedback, citizen("Trần Văn Nam"), reference)
    with pytest.raises(NotFound):
        read(feedback, Caller(), reference)
    with pytest.raises(Forbidden):
        transfer(feedback, DESK, reference)
    with pytest.raises(Forbidden):
        answer(feedback, STRANGER_DESK, reference)
    with pytest.raises(NotFound):
        transfer(feedback, RECEIVER, "PA-NONE")


@pytest.mark.parametrize("missing", ["name", "address", "phone", "subject", "title", "content", "agency"])
def test_what_the_law_demands_is_demanded(
    feedback: Feedback, hoa: Caller, petition_body: dict[str, Any], missing: str
) -> None:
    del petition_body[missing]
    with pytest.raises(ValidationFailed) as caught:
        file(feedback, hoa, petition_body)
    assert [(e.pointer, e.code) for e in caught.value.errors] == [(f"/{missing}", "required")]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("phone", "gọi tôi nhé", "bad-format"),
        ("subject", "gossip", "not-a-choice"),
        ("agency", "000.00.99.H99", "unknown-agency"),
        ("email", "khong-phai-thu", "bad-format"),
        ("mood", "angry", "unknown-field"),
    ],
)
def test_bad_values_are_named(
    feedback: Feedback, hoa: Caller, petition_body: dict[str, Any], field: str, value: str, code: str
) -> None:
    with pytest.raises(ValidationFailed) as caught:
        file(feedback, hoa, petition_body | {field: value})
    assert [(e.pointer, e.code) for e in caught.value.errors] == [(f"/{field}", code)]


def test_the_desk_lists_what_an_official_may_see_the_oldest_first(
    feedback: Feedback, hoa: Caller, petition_body: dict[str, Any]
) -> None:
    behaviour = file(feedback, hoa, petition_body)["reference"]
    regulation = file(feedback, hoa, petition_body, subject="regulation")["reference"]
    elsewhere = file(feedback, hoa, petition_body, agency=OTHER_AGENCY)["reference"]
    assert desk(feedback, RECEIVER) == [behaviour, regulation, elsewhere]
    assert desk(feedback, RECEIVER, subject="regulation") == [regulation]
    assert desk(feedback, RECEIVER, state="answered") == []
    assert desk(feedback, DESK) == [regulation]
    assert desk(feedback, STRANGER_DESK) == []
    transfer(feedback, RECEIVER, behaviour)
    assert desk(feedback, DESK) == [behaviour, regulation]
    with pytest.raises(Forbidden):
        desk(feedback, hoa)


def test_the_desks_list_agrees_with_the_rule_for_one(
    feedback: Feedback, hoa: Caller, petition_body: dict[str, Any]
) -> None:
    """The SQL of the list and the pure rule say the same for every kind of petition and official."""
    references = []
    for subject in ("behaviour", "regulation", "proposal"):
        made = [file(feedback, hoa, petition_body, subject=subject)["reference"] for _ in range(3)]
        transfer(feedback, RECEIVER, made[1])
        reject(feedback, RECEIVER, made[2])
        references += made
    for reader in (DESK, STRANGER_DESK, RECEIVER, official(AGENCY, "receiver")):
        readable = []
        for reference in references:
            try:
                read(feedback, reader, reference)
            except NotFound:
                continue
            readable.append(reference)
        assert sorted(desk(feedback, reader)) == sorted(readable)


def test_lists_are_paged_without_a_gap_or_a_repetition(
    feedback: Feedback, hoa: Caller, petition_body: dict[str, Any]
) -> None:
    filed = [file(feedback, hoa, petition_body)["reference"] for _ in range(5)]

    def pages(operation: Any, use: Any, caller: Caller) -> list[str]:
        seen, cursor = [], None
        while True:
            page = feedback.do(operation, use, caller, limit=2, cursor=cursor)
            seen += [one["reference"] for one in page["items"]]
            if (cursor := page["next"]) is None:
                return seen

    assert pages(api.DESK_PETITIONS, queries.desk_petitions, RECEIVER) == filed
    assert pages(api.MY_PETITIONS, queries.my_petitions, hoa) == filed[::-1]
