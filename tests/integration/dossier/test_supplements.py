"""Supplements: asked for once, answered completely, and the clock starts again."""

import pytest

from services.dossier import api, tables
from tests.integration.dossier.story import Story
from tests.integration.dossier.world import DESK, HOA, LICENCE, NAM, OTHER_DESK, SPECIALIST, Refused, World

ASKED = [{"code": "SK", "note": "Bản chụp bị mờ."}]


def licence(story: Story) -> dict[str, object]:
    return {"procedure": LICENCE, "papers": [{"code": "TK", "file": story.file()}]}


def ask(world: World, reference: str, caller: object = SPECIALIST) -> dict[str, object]:
    answer: dict[str, object] = world.call(
        api.REQUEST_SUPPLEMENT, caller, reference=reference, reason="Thiếu giấy khám.", papers=ASKED
    )
    return answer


def answer(world: World, story: Story, reference: str, code: str = "SK") -> dict[str, object]:
    papers = [{"code": code, "file": story.file(name="bo-sung.pdf")}]
    given: dict[str, object] = world.call(api.ANSWER_SUPPLEMENT, HOA, reference=reference, papers=papers)
    return given


def test_asked_from_reception_it_goes_back_there_with_a_new_clock(world: World, story: Story) -> None:
    reference = story.received(**licence(story))
    asked = ask(world, reference)
    assert asked["state"]["code"] == "supplement"
    assert (story.row(reference).waiting_on, story.row(reference).paused_at) == (None, world.clock.now())

    world.at("2026-12-07 10:00")
    given = answer(world, story, reference)
    assert given["state"]["code"] == "received"
    assert given["dueAt"] == "2026-12-14T10:00:00Z"
    assert (story.row(reference).paused_at, story.row(reference).waiting_on) == (None, "specialist")
    seen = world.call(api.GET_DOSSIER, HOA, reference=reference)["supplement"]
    assert (seen["dueBefore"], seen["dueAfter"]) == ("2026-12-01T10:00:00Z", "2026-12-14T10:00:00Z")
    assert seen["papers"] == [{"code": "SK", "name": "Giấy khám sức khỏe", "note": "Bản chụp bị mờ."}]
    (event,) = world.emitted("resubmitted")
    assert (event["data"]["dueBefore"], event["data"]["dueAt"]) == (seen["dueBefore"], seen["dueAfter"])
    assert story.told(reference)[-2:] == ["request-supplement", "resubmit"]


def test_asked_while_in_process_it_goes_back_to_the_step_it_came_from(world: World, story: Story) -> None:
    reference = story.prepared(**licence(story))
    ask(world, reference)
    given = answer(world, story, reference)
    assert (given["state"]["code"], given["step"]["code"]) == ("processing", "sign")
    assert story.row(reference).waiting_on == "leader"


def test_asked_before_reception_the_desk_still_has_to_receive(world: World, story: Story) -> None:
    reference = story.submitted(**licence(story))
    story.pay(reference)
    ask(world, reference, DESK)
    with pytest.raises(Refused) as refused:
        world.call(api.RECEIVE_DOSSIER, DESK, reference=reference)
    assert refused.value.code == "supplement-not-answered"

    world.at("2026-11-26 16:00")
    assert answer(world, story, reference)["state"]["code"] == "supplement"
    row = story.row(reference)
    assert (row.waiting_on, row.code, row.due_at) == ("desk", None, None)
    assert row.act_by.isoformat() == "2026-11-27T09:00:00+00:00"  # eight working hours later
    received = world.call(api.RECEIVE_DOSSIER, DESK, reference=reference)
    assert (received["state"]["code"], received["dueAt"]) == ("received", "2026-12-03T10:00:00Z")


def test_a_received_dossier_is_not_received_again_while_papers_are_missing(
    world: World, story: Story
) -> None:
    reference = story.received(**licence(story))
    ask(world, reference)
    with pytest.raises(Refused) as refused:
        world.call(api.RECEIVE_DOSSIER, DESK, reference=reference)
    assert refused.value.code == "illegal-move"
    assert "receive" not in refused.value.extra["legal"]


def test_a_supplement_is_asked_for_once(world: World, story: Story) -> None:
    reference = story.received(**licence(story))
    ask(world, reference)
    answer(world, story, reference)
    with pytest.raises(Refused) as refused:
        ask(world, reference)
    assert (refused.value.status, refused.value.code) == (409, "supplement-already-requested")
    assert story.row(reference).state == 2


def test_it_is_answered_once(world: World, story: Story) -> None:
    reference = story.submitted(**licence(story))
    ask(world, reference, DESK)
    answer(world, story, reference)
    with pytest.raises(Refused) as refused:
        answer(world, story, reference)
    assert refused.value.code == "supplement-already-answered"


def test_everything_asked_for_must_be_there(world: World, story: Story) -> None:
    reference = story.received(**licence(story))
    ask(world, reference)
    with pytest.raises(Refused) as refused:
        answer(world, story, reference, code="TK")
    assert (refused.value.pointers, refused.value.faults) == (["/papers"], ["paper-missing"])
    assert story.row(reference).state == 5


def test_a_new_paper_replaces_the_old_one_of_its_code(world: World, story: Story) -> None:
    papers = [{"code": code, "file": story.file()} for code in ("TK", "SK")]
    reference = story.received(procedure=LICENCE, papers=papers)
    ask(world, reference)
    answer(world, story, reference)
    seen = world.call(api.GET_DOSSIER, DESK, reference=reference)["papers"]
    assert [(paper["code"], paper["file"]["name"]) for paper in seen] == [
        ("TK", "to-khai.pdf"),
        ("SK", "bo-sung.pdf"),
    ]
    assert len(world.rows(tables.Paper)) == 3


def test_only_the_owner_answers_and_only_its_agency_asks(world: World, story: Story) -> None:
    reference = story.received(**licence(story))
    with pytest.raises(Refused) as refused:
        ask(world, reference, OTHER_DESK)
    assert refused.value.status == 403
    ask(world, reference)
    papers = [{"code": "SK", "file": story.file(NAM)}]
    with pytest.raises(Refused) as refused:
        world.call(api.ANSWER_SUPPLEMENT, NAM, reference=reference, papers=papers)
    assert refused.value.status == 404


def test_papers_the_procedure_does_not_know_cannot_be_asked_for(world: World, story: Story) -> None:
    reference = story.received(**licence(story))
    with pytest.raises(Refused) as refused:
        world.call(api.REQUEST_SUPPLEMENT, DESK, reference=reference, reason="?", papers=[{"code": "XX"}])
    assert refused.value.pointers == ["/papers/0/code"]


def test_in_process_the_desk_no_longer_asks(world: World, story: Story) -> None:
    reference = story.prepared(**licence(story))
    with pytest.raises(Refused) as refused:
        ask(world, reference, DESK)
    assert (refused.value.status, refused.value.code) == (403, "not-your-step")
