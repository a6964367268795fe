"""Steps and the decision."""

import pytest

from services.dossier import api, tables
from tests.integration.dossier.story import Story
from tests.integration.dossier.world import (
    DESK,
    FREE,
    HOA,
    LEADER,
    OTHER_DESK,
    SPECIALIST,
    Refused,
    World,
    procedure,
)


def approve(world: World, reference: str, **more: object) -> dict[str, object]:
    answer: dict[str, object] = world.call(
        api.DECIDE_DOSSIER, LEADER, reference=reference, outcome="approve", **more
    )
    return answer


def test_the_specialists_step_takes_the_dossier_into_process(world: World, story: Story) -> None:
    reference = story.received()
    answer = world.call(
        api.COMPLETE_STEP, SPECIALIST, reference=reference, note="Đủ điều kiện.", language="en"
    )
    assert answer["state"]["code"] == "processing"
    assert answer["step"] == {"code": "sign", "name": "Sign the decision", "role": "leader"}
    assert story.row(reference).waiting_on == "leader"
    assert answer["version"] == 3


def test_a_note_is_for_the_agency_only(world: World, story: Story) -> None:
    reference = story.received()
    world.call(api.COMPLETE_STEP, SPECIALIST, reference=reference, note="Đủ điều kiện.")
    inside = world.call(api.GET_TIMELINE, LEADER, reference=reference)["items"][-1]
    outside = world.call(api.GET_TIMELINE, HOA, reference=reference)["items"][-1]
    assert (inside["note"], outside["note"]) == ("Đủ điều kiện.", None)
    assert outside["text"] == "Hoàn thành bước “Thẩm định hồ sơ”; bước tiếp theo: “Ký duyệt kết quả”."
    assert (outside["who"], outside["role"]) == (SPECIALIST.name, "specialist")


def test_the_procedures_own_steps_are_walked_in_order(world: World, story: Story) -> None:
    steps = [
        {"code": "check", "name": "Kiểm tra", "role": "specialist"},
        {"code": "verify", "name": "Xác minh", "role": "specialist"},
        {"code": "sign", "name": "Ký", "role": "leader"},
    ]
    world.publish(procedure(FREE, versionNo=2, steps=steps))
    reference = story.received()
    assert story.row(reference).step["code"] == "check"
    assert world.call(api.COMPLETE_STEP, SPECIALIST, reference=reference)["step"]["code"] == "verify"
    assert world.call(api.COMPLETE_STEP, SPECIALIST, reference=reference)["step"]["code"] == "sign"


def test_a_step_belongs_to_its_role(world: World, story: Story) -> None:
    reference = story.received()
    with pytest.raises(Refused) as refused:
        world.call(api.COMPLETE_STEP, LEADER, reference=reference)
    assert (refused.value.status, refused.value.extra) == (403, {"role": "specialist"})
    world.call(api.COMPLETE_STEP, SPECIALIST, reference=reference)
    with pytest.raises(Refused) as refused:
        world.call(api.COMPLETE_STEP, SPECIALIST, reference=reference)
    assert (refused.value.status, refused.value.extra) == (403, {"role": "leader"})


def test_a_step_done_meanwhile_is_not_done_twice(world: World, story: Story) -> None:
    reference = story.received()
    with pytest.raises(Refused) as refused:
        world.call(api.COMPLETE_STEP, SPECIALIST, reference=reference, step="sign")
    assert (refused.value.code, refused.value.extra) == ("step-not-current", {"step": "prepare"})


def test_the_last_step_is_a_decision(world: World, story: Story) -> None:
    reference = story.prepared()
    with pytest.raises(Refused) as refused:
        world.call(api.COMPLETE_STEP, LEADER, reference=reference)
    assert refused.value.code == "decision-due"


def test_approval_with_a_result(world: World, story: Story) -> None:
    reference = story.prepared()
    world.at("2026-11-30 10:00")
    file = story.file(LEADER, "ket-qua.pdf")
    answer = approve(world, reference, results=[{"file": file, "number": "12/2026"}])
    assert (answer["state"]["code"], answer["step"]) == ("done", None)
    assert answer["decidedAt"] == "2026-11-30T03:00:00Z"
    (result,) = world.call(api.GET_DOSSIER, DESK, reference=reference)["results"]
    assert (result["code"], result["name"], result["number"]) == ("KQ.1", "Kết quả", "12/2026")
    assert result["file"]["name"] == "ket-qua.pdf"
    (event,) = world.emitted("decided")
    assert event["data"]["decision"] == "approved"
    assert story.row(reference).waiting_on == "desk"


def test_the_leader_signs_what_the_specialist_prepared(world: World, story: Story) -> None:
    reference = story.received()
    file = story.file(SPECIALIST, "du-thao.pdf")
    world.call(api.COMPLETE_STEP, SPECIALIST, reference=reference, results=[{"file": file}])
    approve(world, reference)
    assert [result.file for result in world.rows(tables.Result)] == [file]


def test_approval_needs_a_result(world: World, story: Story) -> None:
    reference = story.prepared()
    for results in ({}, {"results": []}):
        with pytest.raises(Refused) as refused:
            approve(world, reference, **results)
        assert (refused.value.status, refused.value.pointers) == (422, ["/results"])
    assert story.row(reference).state == 4


@pytest.mark.parametrize(
    ("result", "pointer"),
    [
        ({"code": "KQ.9"}, "/results/0/code"),
        ({"file": "0199f000-0000-7000-8000-000000000000"}, "/results/0/file"),
    ],
)
def test_results_must_be_the_procedures_and_the_agencys(
    world: World, story: Story, result: dict[str, str], pointer: str
) -> None:
    reference = story.prepared()
    with pytest.raises(Refused) as refused:
        approve(world, reference, results=[{"name": "Kết quả", **result}])
    assert refused.value.pointers == [pointer]


def test_a_citizens_file_is_no_result(world: World, story: Story) -> None:
    reference = story.prepared()
    with pytest.raises(Refused) as refused:
        approve(world, reference, results=[{"file": story.file(HOA)}])
    assert refused.value.faults == ["unknown-file"]


def test_sent_back_with_a_reason(world: World, story: Story) -> None:
    reference = story.prepared()
    with pytest.raises(Refused) as refused:
        world.call(api.DECIDE_DOSSIER, LEADER, reference=reference, outcome="send-back")
    assert refused.value.pointers == ["/reason"]
    answer = world.call(
        api.DECIDE_DOSSIER, LEADER, reference=reference, outcome="send-back", reason="Thiếu căn cứ."
    )
    assert (answer["state"]["code"], answer["step"]["code"]) == ("processing", "prepare")
    assert story.row(reference).waiting_on == "specialist"
    assert world.call(api.COMPLETE_STEP, SPECIALIST, reference=reference)["step"]["code"] == "sign"


def test_a_rejection_is_a_decision_that_is_returned(world: World, story: Story) -> None:
    reference = story.prepared()
    answer = world.call(
        api.DECIDE_DOSSIER, LEADER, reference=reference, outcome="reject", reason="Không đủ điều kiện."
    )
    assert answer["state"]["code"] == "done"
    seen = world.call(api.GET_DOSSIER, HOA, reference=reference)
    assert (seen["decision"], seen["reason"]) == ("rejected", "Không đủ điều kiện.")
    assert world.call(api.RETURN_RESULT, DESK, reference=reference)["state"]["code"] == "returned"


def test_no_decision_before_its_step(world: World, story: Story) -> None:
    reference = story.received()
    with pytest.raises(Refused) as refused:
        approve(world, reference, results=[{"number": "1"}])
    assert (refused.value.status, refused.value.code) == (409, "illegal-move")


def test_another_agencys_officials_may_not(world: World, story: Story) -> None:
    reference = story.received()
    with pytest.raises(Refused) as refused:
        world.call(api.COMPLETE_STEP, OTHER_DESK, reference=reference)
    assert (refused.value.status, refused.value.code) == (403, "forbidden")


class TestWithoutAStepBeforeTheDecision:
    STEPS = ({"code": "decide", "name": "Quyết định", "role": "leader"},)

    def received(self, world: World, story: Story) -> str:
        world.publish(procedure(FREE, versionNo=2, steps=list(self.STEPS)))
        return story.received()

    def test_the_leader_decides_what_was_received(self, world: World, story: Story) -> None:
        reference = self.received(world, story)
        with pytest.raises(Refused) as refused:
            world.call(api.COMPLETE_STEP, LEADER, reference=reference)
        assert refused.value.code == "decision-due"
        assert approve(world, reference, results=[{"number": "1"}])["step"] is None
        entries = world.call(api.GET_TIMELINE, HOA, reference=reference)["items"][1:]
        walked = [(entry["what"], entry["state"]["number"]) for entry in entries]
        assert walked == [("receive", 2), ("begin", 4), ("approve", 9)]

    def test_a_decision_that_is_refused_begins_nothing(self, world: World, story: Story) -> None:
        reference = self.received(world, story)
        with pytest.raises(Refused) as refused:
            approve(world, reference)
        assert refused.value.pointers == ["/results"]
        assert (story.state(reference), story.told(reference)[-1]) == ("received", "receive")

    def test_nothing_is_sent_back(self, world: World, story: Story) -> None:
        reference = self.received(world, story)
        with pytest.raises(Refused) as refused:
            world.call(api.DECIDE_DOSSIER, LEADER, reference=reference, outcome="send-back", reason="?")
        assert (refused.value.code, refused.value.extra["legal"][0]) == ("illegal-move", "decide")
        assert "complete-step" not in refused.value.extra["legal"]


def test_only_what_is_legal_for_this_dossier_is_named(world: World, story: Story) -> None:
    reference = story.received()
    with pytest.raises(Refused) as refused:
        approve(world, reference, results=[{"number": "1"}])
    assert refused.value.extra["legal"] == [
        "complete-step", "request-supplement", "request-payment", "suspend", "withdraw",
    ]  # fmt: skip
    world.call(api.COMPLETE_STEP, SPECIALIST, reference=reference)
    with pytest.raises(Refused) as refused:
        world.call(api.RECEIVE_DOSSIER, DESK, reference=reference)
    assert refused.value.extra["legal"][:2] == ["send-back", "decide"]
    assert "complete-step" not in refused.value.extra["legal"]
