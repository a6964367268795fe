"""Reception at the desk: code, due date, refusal; and the codes of a busy day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from services.dossier import api, tables
from services.dossier.codes import DossierCode
from services.dossier.numbering import next_code
from tests.integration.dossier.story import Story
from tests.integration.dossier.world import (
    AGENCY,
    DESK,
    EXTRACT,
    HOA,
    LICENCE,
    OTHER_AGENCY,
    OTHER_DESK,
    SPECIALIST,
    Refused,
    World,
    official,
    procedure,
)


def test_reception_gives_a_code_and_a_due_date(world: World, story: Story) -> None:
    reference = story.submitted()
    answer = world.call(api.RECEIVE_DOSSIER, DESK, reference=reference)
    assert answer["code"] == f"{AGENCY}-261123-0001"
    assert answer["state"]["code"] == "received"
    assert answer["receivedAt"] == "2026-11-23T02:00:00Z"
    # Five working days from Monday, with the Tuesday off: 25, 26, 27, 30 November, 1 December.
    assert answer["dueAt"] == "2026-12-01T10:00:00Z"
    assert answer["step"] == {"code": "prepare", "name": "Thẩm định hồ sơ", "role": "specialist"}
    (event,) = world.emitted("dossier.received")
    assert event["data"]["code"] == answer["code"]
    assert (event["data"]["receivedAt"], event["data"]["dueAt"]) == (answer["receivedAt"], answer["dueAt"])
    assert story.row(reference).waiting_on == "specialist"
    assert story.told(reference) == ["submit", "receive"]


def test_numbers_follow_each_other_per_agency_and_vietnamese_day(world: World, story: Story) -> None:
    codes = [story.row(story.received()).code for _ in range(2)]
    other = story.submitted(agency=OTHER_AGENCY)
    codes.append(world.call(api.RECEIVE_DOSSIER, OTHER_DESK, reference=other)["code"])
    world.at("2026-11-25 00:30")  # still the 24th in UTC
    codes.append(story.row(story.received()).code)
    assert codes == [
        f"{AGENCY}-261123-0001",
        f"{AGENCY}-261123-0002",
        f"{OTHER_AGENCY}-261123-0001",
        f"{AGENCY}-261125-0001",
    ]


def test_another_agency_may_not_receive(world: World, story: Story) -> None:
    reference = story.submitted()
    with pytest.raises(Refused) as refused:
        world.call(api.RECEIVE_DOSSIER, OTHER_DESK, reference=reference)
    assert refused.value.status == 403
    assert story.row(reference).state == 1


def test_only_the_desk_receives(world: World, story: Story) -> None:
    reference = story.submitted()
    for caller in (SPECIALIST, HOA, official("Bưu tá", "postal")):
        with pytest.raises(Refused) as refused:
            world.call(api.RECEIVE_DOSSIER, caller, reference=reference)
        assert refused.value.status == 403


def test_a_dossier_is_received_once(world: World, story: Story) -> None:
    reference = story.received()
    with pytest.raises(Refused) as refused:
        world.call(api.RECEIVE_DOSSIER, DESK, reference=reference, language="en")
    assert (refused.value.status, refused.value.code) == (409, "illegal-move")
    assert refused.value.extra == {
        "state": "received",
        "legal": ["complete-step", "request-supplement", "request-payment", "suspend", "withdraw"],
    }
    assert "“Received”" in refused.value.detail
    assert world.rows(tables.CodeCounter)[0].last == 1


def test_fees_collected_before_reception_must_be_settled(world: World, story: Story) -> None:
    reference = story.submitted(procedure=EXTRACT, answers={"copies": 2})
    with pytest.raises(Refused) as refused:
        world.call(api.RECEIVE_DOSSIER, DESK, reference=reference)
    assert (refused.value.status, refused.value.code, refused.value.extra) == (
        409,
        "fees-unpaid",
        {"amount": 16_000},
    )
    story.pay(reference)
    assert world.call(api.RECEIVE_DOSSIER, DESK, reference=reference)["state"]["code"] == "received"


def test_fees_collected_with_the_result_do_not_stop_reception(world: World, story: Story) -> None:
    reference = story.submitted(procedure=LICENCE, papers=[{"code": "TK", "file": story.file()}])
    story.pay(reference, "before-reception")
    assert world.call(api.RECEIVE_DOSSIER, DESK, reference=reference)["state"]["code"] == "received"


@pytest.mark.parametrize(
    ("received", "due"),
    [("2026-11-23 15:00", "2026-11-23T10:00:00Z"), ("2026-11-23 15:01", "2026-11-25T10:00:00Z")],
)
def test_a_same_day_procedure_received_after_three(
    world: World, story: Story, received: str, due: str
) -> None:
    reference = story.submitted(procedure=EXTRACT, answers={"copies": 1})
    story.pay(reference)
    world.at(received)
    assert world.call(api.RECEIVE_DOSSIER, DESK, reference=reference)["dueAt"] == due


def test_without_a_time_limit_there_is_no_due_date(world: World, story: Story) -> None:
    world.publish(
        procedure("1.000001", channels=[{"channel": "online", "timeLimit": None, "timeUnit": None}])
    )
    reference = story.submitted(procedure="1.000001")
    assert world.call(api.RECEIVE_DOSSIER, DESK, reference=reference)["dueAt"] is None


def test_a_refusal_ends_the_dossier_with_its_reason(world: World, story: Story) -> None:
    reference = story.submitted()
    answer = world.call(api.REFUSE_DOSSIER, DESK, reference=reference, reason="Không thuộc thẩm quyền.")
    assert (answer["state"]["code"], answer["code"]) == ("refused", None)
    assert world.call(api.GET_DOSSIER, HOA, reference=reference)["reason"] == "Không thuộc thẩm quyền."
    assert [event["type"].split(".")[3] for event in world.emitted()] == ["submitted", "refused", "finished"]
    finished = world.emitted("finished")[0]["data"]
    assert (finished["outcome"], finished["onTime"], finished["dueAt"]) == ("refused", "none", None)
    assert story.row(reference).waiting_on is None


def test_a_refusal_needs_a_reason(world: World, story: Story) -> None:
    reference = story.submitted()
    for reason in ({}, {"reason": "  "}):
        with pytest.raises(Refused) as refused:
            world.call(api.REFUSE_DOSSIER, DESK, reference=reference, **reason)
        assert refused.value.pointers == ["/reason"]


def test_an_unknown_dossier_is_not_found(world: World) -> None:
    with pytest.raises(Refused) as refused:
        world.call(api.RECEIVE_DOSSIER, DESK, reference="HS-CCCCCCCCCCCC")
    assert refused.value.status == 404


class TestNumbering:
    day = date(2026, 11, 23)

    def test_threads_never_get_the_same_number(self, empty_world: World) -> None:
        def take(_: int) -> int:
            with empty_world.sessions.work() as work:
                return next_code(work, AGENCY, self.day).number

        with ThreadPoolExecutor(8) as pool:
            numbers = list(pool.map(take, range(200)))
        assert sorted(numbers) == list(range(1, 201))

    def test_a_number_rolled_back_is_given_again(self, empty_world: World) -> None:
        with pytest.raises(RuntimeError), empty_world.sessions.work() as work:
            next_code(work, AGENCY, self.day)
            raise RuntimeError
        with empty_world.sessions.work() as work:
            assert next_code(work, AGENCY, self.day).number == 1

    def test_beyond_the_last_four_digits(self, world: World, story: Story) -> None:
        with world.sessions.work() as work:
            work.add(tables.CodeCounter(agency=AGENCY, day=self.day, last=9_999))
        code = story.row(story.received()).code
        assert code == f"{AGENCY}-261123-10000"
        assert DossierCode.parse(code).number == 10_000
        assert world.call(api.GET_DOSSIER, DESK, reference=code)["code"] == code


def test_of_two_officers_at_once_one_receives(world: World, story: Story) -> None:
    reference = story.submitted()

    def receive(_: int) -> str:
        try:
            return str(world.call(api.RECEIVE_DOSSIER, DESK, reference=reference)["code"])
        except Refused as refused:
            return refused.code

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(receive, range(4)))
    assert outcomes == [f"{AGENCY}-261123-0001", "illegal-move", "illegal-move", "illegal-move"]
    assert len(world.emitted("dossier.received")) == 1
