"""Drafts: kept, changed against their version, and nobody else's."""

import pytest

from services.dossier import api, tables
from tests.integration.dossier.story import Story
from tests.integration.dossier.world import (
    AGENCY,
    DESK,
    FREE,
    HOA,
    LICENCE,
    NAM,
    OTHER_AGENCY,
    Refused,
    World,
)


def test_a_draft_is_kept_as_it_was_written(world: World, story: Story) -> None:
    made = story.draft(answers={"copies": 2}, delivery={"method": "counter"})
    assert world.call(api.GET_DRAFT, HOA, id=made["id"]) == made
    assert made["answers"] == {"copies": 2}
    assert (made["channel"], made["version"]) == ("online", 1)


def test_only_what_is_sent_changes(world: World, story: Story) -> None:
    made = story.draft(answers={"a": 1})
    changed = world.call(api.CHANGE_DRAFT, HOA, id=made["id"], if_match=(1,), answers={"b": 2})
    assert (changed["answers"], changed["procedure"], changed["version"]) == ({"b": 2}, FREE, 2)


def test_a_stale_version_is_refused(world: World, story: Story) -> None:
    made = story.draft()
    world.call(api.CHANGE_DRAFT, HOA, id=made["id"], if_match=(1,), answers={"a": 1})
    with pytest.raises(Refused) as refused:
        world.call(api.CHANGE_DRAFT, HOA, id=made["id"], if_match=(1,), answers={"a": 2})
    assert refused.value.status == 412
    assert world.call(api.GET_DRAFT, HOA, id=made["id"])["answers"] == {"a": 1}


def test_another_citizens_draft_does_not_exist(world: World, story: Story) -> None:
    made = story.draft()
    for operation in (api.GET_DRAFT, api.DISCARD_DRAFT):
        with pytest.raises(Refused) as refused:
            world.call(operation, NAM, id=made["id"])
        assert (refused.value.status, refused.value.code) == (404, "draft-not-found")


def test_a_discarded_draft_is_gone(world: World, story: Story) -> None:
    made = story.draft()
    world.call(api.DISCARD_DRAFT, HOA, id=made["id"])
    assert world.rows(tables.Draft) == []


def test_my_drafts_newest_first_page_by_page(world: World, story: Story) -> None:
    ids = []
    for _ in range(3):
        ids.append(story.draft()["id"])
        world.later(minutes=1)
    story.draft(NAM)
    first = world.call(api.LIST_DRAFTS, HOA, limit=2)
    second = world.call(api.LIST_DRAFTS, HOA, limit=2, cursor=first["next"])
    assert [draft["id"] for draft in first["items"] + second["items"]] == ids[::-1]
    assert second["next"] is None


def test_officials_prepare_no_drafts(world: World) -> None:
    with pytest.raises(Refused) as refused:
        world.call(api.CREATE_DRAFT, DESK, procedure=FREE, agency=AGENCY)
    assert refused.value.status == 403


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"procedure": "9.999999"}, "unknown-procedure", "/procedure"),
        ({"agency": "000.00.99.H99"}, "unknown-agency", "/agency"),
        ({"procedure": LICENCE, "agency": OTHER_AGENCY}, "agency-not-receiving", "/agency"),
        ({"channel": "postal"}, "channel-not-offered", "/channel"),
    ],
)
def test_what_cannot_be_submitted_is_refused_at_once(
    story: Story, changes: dict[str, str], code: str, pointer: str
) -> None:
    with pytest.raises(Refused) as refused:
        story.draft(**changes)
    assert (refused.value.status, refused.value.code) == (422, code)
    assert refused.value.pointers == [pointer]


def test_files_must_be_ones_own_and_papers_the_procedures(story: Story) -> None:
    papers = [{"code": "TK", "file": story.file(NAM)}, {"code": "XX", "file": story.file(HOA)}]
    with pytest.raises(Refused) as refused:
        story.draft(procedure=LICENCE, papers=papers)
    assert sorted(refused.value.pointers) == ["/papers/0/file", "/papers/1/code"]


def test_bad_bodies_are_refused_with_every_fault(world: World) -> None:
    with pytest.raises(Refused) as refused:
        world.call(api.CREATE_DRAFT, HOA, procedure=7, channel="fax", colour="red")
    assert dict(zip(refused.value.pointers, refused.value.faults, strict=True)) == {
        "/procedure": "not-a-text",
        "/agency": "required",
        "/channel": "not-a-choice",
        "/colour": "unknown-field",
    }
