"""Mergers of agencies, roles limited to steps, inspectors, and what an owner is told of officials' reading."""

import pytest

from chassis import rpc
from chassis.caller import Caller
from chassis.ids import new_id
from chassis.work import Work
from services.dossier import api, tables
from services.dossier.usecases import drafts
from tests.integration.dossier.story import Story
from tests.integration.dossier.world import (
    AGENCY,
    DESK,
    HOA,
    LEADER,
    NAM,
    OTHER_AGENCY,
    SPECIALIST,
    Refused,
    World,
    official,
    upload,
)

HEIR = "000.00.09.H26"
NEW_DESK = official("Mới", "desk", agency=HEIR)
NEW_SPECIALIST = official("Mới", "specialist", agency=HEIR)
NEW_LEADER = official("Mới", "leader", agency=HEIR)
INSPECTOR = official("Thanh Tra", "inspector", agency="G22")


def limited(role: str, *steps: str) -> Caller:
    return Caller(
        new_id(),
        "official",
        "Có hạn",
        agency=AGENCY,
        roles=frozenset({role}),
        steps={role: frozenset(steps)},
    )


def status(world: World, *call: object, **asked: object) -> int:
    with pytest.raises(Refused) as refused:
        world.call(*call, **asked)  # type: ignore[arg-type]
    return refused.value.status


def inbox(world: World, who: Caller) -> list[str]:
    return [item["reference"] for item in world.call(api.LIST_DESK_DOSSIERS, who)["items"]]


@pytest.fixture
def merging(world: World) -> None:
    """The agency's last day is Wednesday 25 November; from Thursday on it is a part of another."""
    world.publish_agency(HEIR)
    world.publish_agency(AGENCY, validTo="2026-11-25", mergedInto=HEIR)


@pytest.mark.usefixtures("merging")
class TestMerger:
    def test_until_its_last_day_an_agency_works_alone(self, world: World, story: Story) -> None:
        world.at("2026-11-25 16:00")
        reference = story.submitted()
        assert inbox(world, NEW_DESK) == []
        assert status(world, api.RECEIVE_DOSSIER, NEW_DESK, reference=reference) == 403
        assert inbox(world, DESK) == [reference]
        assert world.call(api.RECEIVE_DOSSIER, DESK, reference=reference)["state"]["code"] == "received"

    def test_from_the_day_on_its_open_work_is_done_by_those_who_took_it_over(
        self, world: World, story: Story
    ) -> None:
        reference = story.submitted()
        world.at("2026-11-26 00:01")
        assert inbox(world, NEW_DESK) == [reference]
        world.call(api.RECEIVE_DOSSIER, NEW_DESK, reference=reference)
        assert inbox(world, NEW_SPECIALIST) == [reference]
        world.call(api.COMPLETE_STEP, NEW_SPECIALIST, reference=reference)
        file = world.call(api.REGISTER_FILE, NEW_SPECIALIST, **upload("ket-qua.pdf"))["id"]
        world.call(
            api.DECIDE_DOSSIER, NEW_LEADER, reference=reference, outcome="approve", results=[{"file": file}]
        )
        assert world.call(api.RETURN_RESULT, NEW_DESK, reference=reference)["state"]["code"] == "returned"
        assert world.call(api.GET_DOSSIER, NEW_DESK, reference=reference)["agency"]["code"] == AGENCY

    def test_mergers_of_mergers_count_from_their_own_days(self, world: World, story: Story) -> None:
        reference = story.submitted()
        last = official("Cuối", "desk", agency="G99")
        world.publish_agency("G99")
        world.publish_agency(HEIR, validTo="2026-11-30", mergedInto="G99")
        world.at("2026-11-30 12:00")
        assert inbox(world, last) == []
        world.at("2026-12-01 12:00")
        assert inbox(world, last) == [reference]
        other = official("Khác", "desk", agency=OTHER_AGENCY)
        assert status(world, api.GET_DOSSIER, other, reference=reference) == 403


class TestSteps:
    def test_a_role_is_limited_to_its_steps(self, world: World, story: Story) -> None:
        reference = story.received()
        assert status(world, api.COMPLETE_STEP, limited("specialist", "check"), reference=reference) == 403
        assert inbox(world, limited("specialist", "check")) == []
        may = limited("specialist", "prepare")
        assert inbox(world, may) == [reference]
        world.call(api.COMPLETE_STEP, may, reference=reference)
        assert story.told(reference)[-1] == "complete-step"

    def test_reception_and_return_are_steps_of_the_desk(self, world: World, story: Story) -> None:
        submitted, done = story.submitted(), story.done()
        at_return = limited("desk", "return")
        assert inbox(world, at_return) == [done]
        assert status(world, api.RECEIVE_DOSSIER, at_return, reference=submitted) == 403
        world.call(api.RETURN_RESULT, at_return, reference=done, method="counter")
        assert inbox(world, limited("desk", "reception")) == [submitted]

    def test_one_role_does_not_lend_its_steps_to_another(self, world: World, story: Story) -> None:
        """A leader without limits is still kept from a specialist's step by the limits of that role."""
        steps = {"specialist": frozenset({"check"})}
        both = Caller(
            new_id(),
            "official",
            "Kiêm",
            agency=AGENCY,
            roles=frozenset({"specialist", "leader"}),
            steps=steps,
        )
        assert status(world, api.COMPLETE_STEP, both, reference=story.received()) == 403

    def test_nor_does_a_role_that_may_ask_let_another_that_may_not_make_the_move(
        self, world: World, story: Story
    ) -> None:
        """Before reception only the desk asks for papers, and this desk is only for handing results out."""
        limits = {"desk": frozenset({"return"})}
        both = Caller(
            new_id(), "official", "Kiêm", agency=AGENCY, roles=frozenset({"specialist", "desk"}), steps=limits
        )
        asked = {"reference": story.submitted(), "reason": "?", "papers": [{"code": "TK"}]}
        assert status(world, api.REQUEST_SUPPLEMENT, both, **asked) == 403


class TestReading:
    def told(self, world: World) -> list[dict[str, object]]:
        return [event["data"] for event in world.emitted("personal-data-read")]

    def test_an_official_s_reading_is_told_to_the_owner(self, world: World, story: Story) -> None:
        reference = story.submitted()
        world.call(api.GET_DOSSIER, DESK, reference=reference)
        (told,) = self.told(world)
        assert told == {
            "owner": HOA.subject,
            "reader": DESK.subject,
            "agency": AGENCY,
            "roles": ["desk"],
            "purpose": "processing",
            "dossier": story.row(reference).id,
            "reference": reference,
            "at": "2026-11-23T02:00:00Z",
        }

    def test_a_list_is_told_to_everybody_in_it(self, world: World, story: Story) -> None:
        references = {story.submitted(), story.submitted()}
        world.call(api.LIST_DESK_DOSSIERS, DESK)
        assert {told["reference"] for told in self.told(world)} == references

    def test_the_owner_s_own_reading_is_nobody_s_business(self, world: World, story: Story) -> None:
        reference = story.submitted()
        world.call(api.GET_DOSSIER, HOA, reference=reference)
        world.call(api.LIST_DOSSIERS, HOA)
        assert self.told(world) == []

    def test_who_is_refused_has_read_nothing(self, world: World, story: Story) -> None:
        reference = story.submitted()
        stranger = official("Lạ", "desk", agency=OTHER_AGENCY)
        assert status(world, api.GET_DOSSIER, stranger, reference=reference) == 403
        assert self.told(world) == []

    def test_an_inspector_reads_any_agency_s_and_says_what_for(self, world: World, story: Story) -> None:
        reference = story.submitted()
        with pytest.raises(Refused) as refused:
            world.call(api.GET_DOSSIER, INSPECTOR, reference=reference)
        assert (refused.value.status, refused.value.pointers) == (422, ["/purpose"])
        assert self.told(world) == []
        seen = world.call(api.GET_TIMELINE, INSPECTOR, reference=reference, purpose="audit")
        assert seen["items"]
        (told,) = self.told(world)
        assert (told["purpose"], told["roles"], told["agency"]) == ("audit", ["inspector"], "G22")

    def test_no_answer_before_it_is_told(
        self, world: World, story: Story, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reference = story.submitted()

        def lost(*_: object) -> None:
            raise RuntimeError("the record cannot be written")

        monkeypatch.setattr(rpc, "record", lost)
        assert status(world, api.GET_DOSSIER, DESK, reference=reference) == 500


def test_a_handler_that_decides_nothing_answers_nothing_and_changes_nothing(
    world: World, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    def undecided(draft: str, command: object, caller: Caller, work: Work) -> tables.Draft:
        return work.session.get_one(tables.Draft, draft)

    mine = story.draft()["id"]
    monkeypatch.setattr(drafts, "owned", undecided)
    assert status(world, api.DISCARD_DRAFT, NAM, id=mine) == 500
    assert [row.id for row in world.rows(tables.Draft)] == [mine]


@pytest.mark.parametrize("who", [SPECIALIST, LEADER, DESK], ids=["specialist", "leader", "desk"])
def test_everybody_at_the_agency_may_read(world: World, story: Story, who: Caller) -> None:
    reference = story.submitted()
    assert world.call(api.GET_DOSSIER, who, reference=reference)["reference"] == reference
