"""Returning the result at the counter, as a file, and by post."""

import pytest

from chassis.caller import Caller
from services.dossier import api, events
from tests.integration.dossier.story import ADDRESS, Story
from tests.integration.dossier.world import (
    AGENCY,
    DESK,
    FREE,
    HOA,
    LEADER,
    LICENCE,
    SPECIALIST,
    Refused,
    World,
)

BY_POST = ADDRESS | {"method": "post"}


def give_back(world: World, reference: str, **more: object) -> dict[str, object]:
    answer: dict[str, object] = world.call(api.RETURN_RESULT, DESK, reference=reference, **more)
    return answer


def test_at_the_counter_the_dossier_is_returned_at_once(world: World, story: Story) -> None:
    reference = story.done()
    world.at("2026-12-01 16:00")
    answer = give_back(world, reference, method="counter", receivedBy="Nguyễn Văn Bình")
    assert (answer["state"]["code"], answer["finishedAt"]) == ("returned", "2026-12-01T09:00:00Z")
    seen = world.call(api.GET_DOSSIER, HOA, reference=reference)
    assert (seen["receivedBy"], seen["results"][0]["number"]) == ("Nguyễn Văn Bình", "12/2026")
    (event,) = world.emitted("finished")
    row = story.row(reference)
    assert event["data"] == {
        "dossier": row.id,
        "reference": reference,
        "code": row.code,
        "procedure": FREE,
        "agency": AGENCY,
        "owner": HOA.subject,
        "outcome": "returned",
        "finishedAt": "2026-12-01T09:00:00Z",
        "dueAt": "2026-12-01T10:00:00Z",
        "onTime": "early",
    }
    assert story.told(reference)[-1] == "return-counter"


@pytest.mark.parametrize(
    ("decided", "on_time"),
    [("2026-11-30 16:00", "early"), ("2026-12-01 18:00", "on-time"), ("2026-12-02 07:30", "late")],
)
def test_the_agency_answers_for_the_day_the_result_was_ready(
    world: World, story: Story, decided: str, on_time: str
) -> None:
    reference = story.prepared()
    world.at(decided)
    world.call(api.DECIDE_DOSSIER, LEADER, reference=reference, outcome="approve", results=[{"number": "1"}])
    world.at("2026-12-20 09:00")  # collected long after
    give_back(world, reference)
    assert world.emitted("finished")[0]["data"]["onTime"] == on_time


def test_as_a_file_when_there_is_one(world: World, story: Story) -> None:
    reference = story.done(file=True, delivery={"method": "file"})
    assert give_back(world, reference)["state"]["code"] == "returned"
    assert story.told(reference)[-1] == "return-file"


def test_no_file_no_electronic_return(world: World, story: Story) -> None:
    reference = story.done(delivery={"method": "file"})
    with pytest.raises(Refused) as refused:
        give_back(world, reference)
    assert (refused.value.status, refused.value.code) == (409, "result-file-missing")
    assert give_back(world, reference, method="counter")["state"]["code"] == "returned"


def test_by_post_it_is_returned_when_delivered(world: World, story: Story) -> None:
    reference = story.done(delivery=BY_POST)
    assert give_back(world, reference)["state"]["code"] == "done"
    row = story.row(reference)
    assert row.waiting_on is None
    (event,) = world.emitted("result-posted")
    assert event["data"] == {
        "dossier": row.id,
        "reference": reference,
        "code": row.code,
        "procedure": FREE,
        "agency": AGENCY,
        "owner": HOA.subject,
        "description": f"{row.code} Thủ tục {FREE}",
    }
    world.hear(events.ConsignmentHandedOver, dossier=row.id, tracking="EM123456789VN")
    world.at("2026-12-03 10:00")
    delivered = {"dossier": row.id, "deliveredAt": "2026-12-03T03:00:00Z"}
    world.hear(events.ConsignmentDelivered, **delivered)
    assert story.state(reference) == "returned"
    assert story.row(reference).received_by is None, "who signed for it is postal's to tell"
    assert story.told(reference)[-3:] == ["post", "hand-over", "return-post"]
    world.hear(events.ConsignmentDelivered, **delivered)  # told twice: once is enough
    world.hear(events.ConsignmentDeliveredV1, **delivered, signedBy="Nguyễn Thị Hoa")
    assert len(world.emitted("finished")) == 1


def test_the_postal_service_alone_is_told_to_whom_a_posted_result_goes(world: World, story: Story) -> None:
    reference = story.done(delivery=BY_POST)
    dossier = story.row(reference).id
    postal = Caller(subject="postal", kind="service")
    with pytest.raises(Refused) as refused:
        world.call(api.FIND_RECIPIENT, postal, dossier=dossier)
    assert refused.value.code == "dossier-not-found", "it is not posted yet"
    give_back(world, reference)
    assert world.call(api.FIND_RECIPIENT, postal, dossier=dossier) == ADDRESS
    for stranger in (Caller(subject="payment", kind="service"), HOA, DESK):
        with pytest.raises(Refused) as refused:
            world.call(api.FIND_RECIPIENT, stranger, dossier=dossier)
        assert refused.value.status == 403
    world.hear(events.ConsignmentFailed, dossier=dossier)
    with pytest.raises(Refused):
        world.call(api.FIND_RECIPIENT, postal, dossier=dossier)


def test_a_result_on_its_way_is_not_returned_again(world: World, story: Story) -> None:
    reference = story.done(delivery=BY_POST)
    give_back(world, reference)
    with pytest.raises(Refused) as refused:
        give_back(world, reference, method="counter")
    assert refused.value.code == "result-already-posted"


def test_what_the_post_could_not_deliver_comes_back_to_the_desk(world: World, story: Story) -> None:
    reference = story.done(delivery=BY_POST)
    give_back(world, reference)
    world.hear(events.ConsignmentFailed, dossier=story.row(reference).id)
    assert story.row(reference).waiting_on == "desk"
    assert give_back(world, reference, method="counter")["state"]["code"] == "returned"


def test_a_failed_delivery_is_posted_again_and_delivered(world: World, story: Story) -> None:
    reference = story.done(delivery=BY_POST)
    give_back(world, reference)
    dossier = story.row(reference).id
    world.hear(events.ConsignmentFailed, dossier=dossier)
    give_back(world, reference)
    assert len({event["id"] for event in world.emitted("result-posted")}) == 2
    world.hear(events.ConsignmentDelivered, dossier=dossier, deliveredAt="2026-12-03T03:00:00Z")
    assert story.state(reference) == "returned"
    assert story.told(reference)[-4:] == ["post", "delivery-failed", "post", "return-post"]


def test_the_post_needs_an_address(world: World, story: Story) -> None:
    reference = story.done()
    with pytest.raises(Refused) as refused:
        give_back(world, reference, method="post")
    assert refused.value.pointers == ["/delivery/name", "/delivery/phone", "/delivery/address"]


def test_what_is_collected_with_the_result_is_paid_first(world: World, story: Story) -> None:
    reference = story.done(procedure=LICENCE, papers=[{"code": "TK", "file": story.file()}])
    with pytest.raises(Refused) as refused:
        give_back(world, reference)
    assert (refused.value.code, refused.value.extra) == ("fees-unpaid", {"amount": 30_000})
    story.pay(reference, "on-result")
    assert give_back(world, reference)["state"]["code"] == "returned"


def test_nothing_is_returned_before_it_is_done(world: World, story: Story) -> None:
    reference = story.prepared()
    with pytest.raises(Refused) as refused:
        give_back(world, reference)
    assert refused.value.code == "illegal-move"
    assert "decide" in refused.value.extra["legal"]


def test_only_the_desk_returns(world: World, story: Story) -> None:
    reference = story.done()
    with pytest.raises(Refused) as refused:
        world.call(api.RETURN_RESULT, SPECIALIST, reference=reference)
    assert refused.value.status == 403
