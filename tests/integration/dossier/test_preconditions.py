"""If-Match: nobody changes a draft or a dossier that is no longer the one they have seen."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis.api import Operation
from chassis.caller import Caller
from chassis.ids import new_id
from services.dossier import api, events, tables
from tests.integration.dossier.story import Story
from tests.integration.dossier.world import (
    DESK,
    EXTRACT,
    FORM,
    FREE,
    HOA,
    LEADER,
    LICENCE,
    NAM,
    OTHER_DESK,
    SPECIALIST,
    Refused,
    World,
    procedure,
)

REASON = {"reason": "Vì vậy."}
PAPERS: list[dict[str, Any]] = [{"code": "TK", "file": new_id()}]
#: Every move, by one who makes it, with a body that has the right shape.
MOVES: tuple[tuple[Operation, Caller, dict[str, Any]], ...] = (
    (api.RECEIVE_DOSSIER, DESK, {}),
    (api.REFUSE_DOSSIER, DESK, REASON),
    (api.REQUEST_SUPPLEMENT, DESK, REASON | {"papers": [{"code": "TK"}]}),
    (api.ANSWER_SUPPLEMENT, HOA, {"papers": PAPERS}),
    (api.WITHDRAW_DOSSIER, HOA, {}),
    (api.COMPLETE_STEP, SPECIALIST, {}),
    (api.DECIDE_DOSSIER, LEADER, {"outcome": "approve"}),
    (api.REQUEST_PAYMENT, SPECIALIST, {}),
    (api.SUSPEND_DOSSIER, LEADER, REASON),
    (api.RESUME_DOSSIER, LEADER, {}),
    (api.RETURN_RESULT, DESK, {}),
)
DRAFT_CHANGES = (api.CHANGE_DRAFT, api.DISCARD_DRAFT, api.SUBMIT_DOSSIER)
STALE = (1, 99)


def refused(world: World, operation: Operation, caller: Caller, **asked: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        world.call(operation, caller, **asked)
    return caught.value


def version(world: World, reference: str) -> int:
    return int(world.call(api.GET_DOSSIER, DESK, reference=reference)["version"])


def test_every_change_of_something_that_exists_demands_a_version() -> None:
    creating = {api.CREATE_DRAFT, api.REGISTER_FILE}
    writing = {operation for operation in api.OPERATIONS if operation.method not in (None, "GET")}
    assert {operation for operation in api.OPERATIONS if operation.if_match} == writing - creating
    assert {move for move, _, _ in MOVES} | set(DRAFT_CHANGES) == writing - creating


@pytest.mark.parametrize(("move", "who", "body"), MOVES, ids=[move.rpc for move, _, _ in MOVES])
def test_no_move_is_made_on_a_dossier_that_has_changed(
    world: World, story: Story, move: Operation, who: Caller, body: dict[str, Any]
) -> None:
    reference = story.received()
    known = version(world, reference)
    problem = refused(world, move, who, reference=reference, if_match=STALE, **body)
    assert (problem.status, problem.code) == (412, "precondition-failed")
    assert problem.extra == {"version": known}
    assert version(world, reference) == known
    assert story.state(reference) == "received"


@pytest.mark.parametrize("known", [(2,), (1, 2), None])
def test_the_current_version_a_list_with_it_or_any_will_do(
    world: World, story: Story, known: tuple[int, ...] | None
) -> None:
    reference = story.received()
    moved = world.call(api.COMPLETE_STEP, SPECIALIST, reference=reference, if_match=known)
    assert (moved["state"]["code"], moved["version"]) == ("processing", 3)
    assert version(world, reference) == 3


def test_a_condition_that_names_nothing_here_is_never_met(world: World, story: Story) -> None:
    reference = story.submitted()
    assert refused(world, api.RECEIVE_DOSSIER, DESK, reference=reference, if_match=()).status == 412


def test_who_may_not_act_learns_nothing_of_the_version(world: World, story: Story) -> None:
    reference, draft = story.submitted(), story.draft()["id"]
    assert refused(world, api.WITHDRAW_DOSSIER, NAM, reference=reference, if_match=STALE).status == 404
    assert refused(world, api.RECEIVE_DOSSIER, DESK, reference="KHONG-CO", if_match=STALE).status == 404
    assert refused(world, api.RECEIVE_DOSSIER, OTHER_DESK, reference=reference, if_match=STALE).status == 403
    assert refused(world, api.RECEIVE_DOSSIER, HOA, reference=reference, if_match=STALE).status == 403
    assert refused(world, api.SUBMIT_DOSSIER, NAM, draft=draft, if_match=STALE).status == 404


def test_whether_the_move_is_legal_is_only_asked_of_what_was_seen(world: World, story: Story) -> None:
    reference = story.received()
    assert refused(world, api.RECEIVE_DOSSIER, DESK, reference=reference, if_match=(1,)).status == 412
    assert refused(world, api.RECEIVE_DOSSIER, DESK, reference=reference, if_match=(2,)).status == 409


def test_the_same_key_gets_the_stored_answer_though_the_version_is_old(world: World, story: Story) -> None:
    reference = story.submitted()
    ask = {"reference": reference, "if_match": (1,), "key": "k-1"}
    first = world.call(api.RECEIVE_DOSSIER, DESK, **ask)
    assert world.call(api.RECEIVE_DOSSIER, DESK, **ask) == first
    assert refused(world, api.RECEIVE_DOSSIER, DESK, **ask | {"key": "k-2"}).status == 412


def test_a_refused_condition_leaves_the_key_free(world: World, story: Story) -> None:
    reference = story.submitted()
    ask = {"reference": reference, "key": "k-1"}
    assert refused(world, api.RECEIVE_DOSSIER, DESK, if_match=(7,), **ask).status == 412
    assert world.call(api.RECEIVE_DOSSIER, DESK, if_match=(1,), **ask)["version"] == 2


@pytest.mark.parametrize("change", DRAFT_CHANGES, ids=[change.rpc for change in DRAFT_CHANGES])
def test_a_draft_that_has_changed_is_not_changed_submitted_or_discarded(
    world: World, story: Story, change: Operation
) -> None:
    draft = story.draft(answers={"a": 1})
    world.call(api.CHANGE_DRAFT, HOA, id=draft["id"], if_match=(1,), answers={"a": 2})
    name = "draft" if change is api.SUBMIT_DOSSIER else "id"
    problem = refused(world, change, HOA, if_match=(1,), **{name: draft["id"]})
    assert (problem.status, problem.extra) == (412, {"version": 2})
    (row,) = world.rows(tables.Draft)
    assert (row.answers, row.version) == ({"a": 2}, 2)
    assert world.rows(tables.Dossier) == []
    world.call(change, HOA, if_match=(2,), **{name: draft["id"]})


def test_a_supplement_in_the_meantime_stops_a_reception(world: World, story: Story) -> None:
    """The desk must see what the citizen has just sent."""
    reference = story.submitted(procedure=LICENCE, papers=[{"code": "TK", "file": story.file()}])
    story.pay(reference)
    papers = [{"code": "SK", "file": story.file()}]
    world.call(api.REQUEST_SUPPLEMENT, DESK, reference=reference, papers=[{"code": "SK"}], **REASON)
    unseen = version(world, reference)
    world.call(api.ANSWER_SUPPLEMENT, HOA, reference=reference, papers=papers, if_match=(unseen,))
    stale = refused(world, api.RECEIVE_DOSSIER, DESK, reference=reference, if_match=(unseen,))
    assert (stale.status, stale.extra) == (412, {"version": unseen + 1})
    assert world.call(api.RECEIVE_DOSSIER, DESK, reference=reference, if_match=(unseen + 1,))["code"]


def test_of_two_officers_at_once_on_one_version_one_wins(world: World, story: Story) -> None:
    world.publish(procedure(FREE, versionNo=2, validFrom="2025-08-01", papers=[FORM | {"required": False}]))
    reference = story.submitted()
    moves = [(api.RECEIVE_DOSSIER, {}), (api.REQUEST_SUPPLEMENT, REASON | {"papers": [{"code": "TK"}]})]

    def act(move: tuple[Operation, dict[str, Any]]) -> str:
        try:
            operation, body = move
            return str(world.call(operation, DESK, reference=reference, if_match=(1,), **body)["version"])
        except Refused as lost:
            return lost.code

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(act, moves * 2))
    assert outcomes == ["2", *["precondition-failed"] * 3]
    assert len(world.emitted("dossier.")) == 2, "its submission and the one move"


def test_a_payment_in_the_meantime_is_a_new_version(world: World, story: Story) -> None:
    reference = story.submitted(procedure=EXTRACT, answers={"copies": 1})
    story.pay(reference)
    assert (
        refused(world, api.REFUSE_DOSSIER, DESK, reference=reference, if_match=(1,), **REASON).status == 412
    )
    assert version(world, reference) == 2


def test_a_parcel_that_comes_back_is_a_new_version(world: World, story: Story) -> None:
    delivery = {"method": "post", "name": "Hoa", "phone": "0912345678", "address": "12 Hàng Bông"}
    reference = story.done(delivery=delivery)
    posted = world.call(api.RETURN_RESULT, DESK, reference=reference)
    world.hear(events.ConsignmentFailed, dossier=story.row(reference).id)
    assert version(world, reference) == posted["version"] + 1


def test_sending_back_to_the_only_step_is_a_new_version(world: World, story: Story) -> None:
    """Nothing of the dossier's own row changes, but its story does."""
    only = {"code": "sign", "name": "Ký", "nameEn": "Sign", "role": "leader"}
    world.publish(procedure(FREE, versionNo=2, validFrom="2025-08-01", steps=[only]))
    reference = story.received()
    world.call(api.SUSPEND_DOSSIER, LEADER, reference=reference, **REASON)
    resumed = world.call(api.RESUME_DOSSIER, LEADER, reference=reference)
    back = {"reference": reference, "outcome": "send-back", "if_match": (resumed["version"],)}
    assert world.call(api.DECIDE_DOSSIER, LEADER, **back, **REASON)["version"] == resumed["version"] + 1
    assert refused(world, api.DECIDE_DOSSIER, LEADER, **back, **REASON).status == 412
