"""Who sees which dossier, and how much of it."""

from typing import Any

import pytest

from chassis.caller import Caller
from services.dossier import api, tables
from tests.integration.dossier.story import Story
from tests.integration.dossier.world import (
    AGENCY,
    DESK,
    HOA,
    LEADER,
    LICENCE,
    NAM,
    OTHER_DESK,
    SPECIALIST,
    Refused,
    World,
    official,
)


def inbox(world: World, caller: Caller, **filters: Any) -> list[str]:
    items = world.call(api.LIST_DESK_DOSSIERS, caller, **filters)["items"]
    return [item["reference"] for item in items]


class TestInbox:
    def test_everybody_sees_what_waits_for_them(self, world: World, story: Story) -> None:
        submitted, received, prepared, done = (
            story.submitted(),
            story.received(),
            story.prepared(),
            story.done(),
        )
        assert inbox(world, DESK) == [submitted, done]
        assert inbox(world, SPECIALIST) == [received]
        assert inbox(world, LEADER) == [prepared]
        assert inbox(world, official("Kiêm nhiệm", "specialist", "leader")) == [received, prepared]
        assert inbox(world, OTHER_DESK) == []
        with pytest.raises(Refused) as refused:
            inbox(world, official("Bưu tá", "postal"))
        assert refused.value.status == 403

    def test_the_most_urgent_first(self, world: World, story: Story) -> None:
        world.at("2026-11-26 09:00")
        later = story.received()
        world.at("2026-11-25 09:00")
        sooner = story.received()
        assert inbox(world, SPECIALIST) == [sooner, later]

    def test_by_state_the_whole_agency_is_seen(self, world: World, story: Story) -> None:
        reference = story.received()
        world.call(api.WITHDRAW_DOSSIER, HOA, reference=reference)
        assert inbox(world, SPECIALIST) == []
        assert inbox(world, SPECIALIST, state="withdrawn") == [reference]

    def test_by_step(self, world: World, story: Story) -> None:
        reference = story.received()
        assert inbox(world, SPECIALIST, step="prepare") == [reference]
        assert inbox(world, SPECIALIST, step="sign") == []

    def test_page_by_page(self, world: World, story: Story) -> None:
        references = []
        for _ in range(5):
            references.append(story.submitted())
            world.later(minutes=1)
        seen, cursor = [], None
        while True:
            page = world.call(api.LIST_DESK_DOSSIERS, DESK, limit=2, cursor=cursor)
            seen += [item["reference"] for item in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert seen == references

    def test_citizens_have_no_desk(self, world: World) -> None:
        with pytest.raises(Refused) as refused:
            inbox(world, HOA)
        assert refused.value.status == 403


class TestOneDossier:
    def test_its_owner_and_its_agency_read_all_of_it(self, world: World, story: Story) -> None:
        reference = story.submitted(procedure=LICENCE, papers=[{"code": "TK", "file": story.file()}])
        for caller in (HOA, DESK):
            seen = world.call(api.GET_DOSSIER, caller, reference=reference, language="en")
            assert seen["procedure"] == {"code": LICENCE, "name": f"Procedure {LICENCE}"}
            assert seen["agency"] == {"code": AGENCY, "name": f"UBND {AGENCY}"}
            assert [(paper["code"], paper["name"]) for paper in seen["papers"]] == [
                ("TK", "Application form")
            ]
            assert (seen["total"], seen["supplement"], seen["results"]) == (165_000, None, [])

    def test_for_another_citizen_it_does_not_exist(self, world: World, story: Story) -> None:
        reference = story.submitted()
        for operation in (api.GET_DOSSIER, api.GET_TIMELINE):
            with pytest.raises(Refused) as refused:
                world.call(operation, NAM, reference=reference)
            assert refused.value.status == 404

    def test_for_another_agency_it_is_forbidden(self, world: World, story: Story) -> None:
        reference = story.submitted()
        for operation in (api.GET_DOSSIER, api.GET_TIMELINE):
            with pytest.raises(Refused) as refused:
                world.call(operation, OTHER_DESK, reference=reference)
            assert refused.value.status == 403

    def test_mine_newest_first(self, world: World, story: Story) -> None:
        references = []
        for _ in range(3):
            references.append(story.submitted())
            world.later(minutes=1)
        story.submitted(NAM)
        first = world.call(api.LIST_DOSSIERS, HOA, limit=2)
        second = world.call(api.LIST_DOSSIERS, HOA, limit=2, cursor=first["next"])
        assert [item["reference"] for item in first["items"] + second["items"]] == references[::-1]
        assert second["next"] is None


class TestTimeline:
    def test_it_tells_in_both_languages_what_happened_and_who_did_it(
        self, world: World, story: Story
    ) -> None:
        reference = story.received()
        first, second = world.call(api.GET_TIMELINE, HOA, reference=reference)["items"]
        assert (first["text"], first["who"], first["role"]) == (f"Nộp hồ sơ {reference}.", HOA.name, "owner")
        assert (second["who"], second["role"], second["agency"]) == (DESK.name, "desk", AGENCY)
        assert second["text"] == (
            f"Tiếp nhận hồ sơ, mã {AGENCY}-261123-0001; hẹn trả kết quả: 17:00 01/12/2026."
        )
        english = world.call(api.GET_TIMELINE, HOA, reference=reference, language="en")["items"][1]
        assert english["text"].startswith(f"Received under the code {AGENCY}-261123-0001")
        assert english["state"]["name"] == "Received"


class TestTracking:
    def test_anyone_with_a_number_sees_where_it_stands(self, world: World, story: Story) -> None:
        reference = story.received()
        code = story.row(reference).code
        seen = world.call(api.TRACK_DOSSIER, Caller(), code=reference)
        by_code = world.call(api.TRACK_DOSSIER, Caller(), code=code)
        assert by_code == {key: value for key, value in seen.items() if key != "reference"}
        assert world.call(api.TRACK_DOSSIER, Caller(), code=reference.lower()) == seen
        assert (seen["state"]["code"], seen["code"]) == ("received", code)

    def test_no_personal_data(self, world: World, story: Story) -> None:
        seen = world.call(api.TRACK_DOSSIER, Caller(), code=story.submitted())
        assert set(seen) == {
            "reference", "code", "state", "procedure", "agency",
            "submittedAt", "receivedAt", "dueAt", "pausedAt", "finishedAt",
        }  # fmt: skip
        assert HOA.name not in str(seen)

    @pytest.mark.parametrize("number", ["HS-CCCCCCCCCCCC", "000.00.06.H26-261123-0001", "x"])
    def test_unknown_numbers_are_not_found(self, world: World, number: str) -> None:
        with pytest.raises(Refused) as refused:
            world.call(api.TRACK_DOSSIER, Caller(), code=number)
        assert refused.value.status == 404


class TestFiles:
    def test_a_file_is_remembered_with_its_owner(self, world: World, story: Story) -> None:
        file = story.file()
        (row,) = world.rows(tables.File)
        assert (row.id, row.owner, row.agency, row.scan_state) == (file, HOA.subject, "", "not-scanned")

    def test_owner_and_agency_fetch_a_paper(self, world: World, story: Story) -> None:
        file = story.file()
        reference = story.submitted(procedure=LICENCE, papers=[{"code": "TK", "file": file}])
        for caller in (HOA, SPECIALIST):
            found = world.call(api.LOCATE_FILE, caller, reference=reference, file=file)
            assert found == {
                "object": world.rows(tables.File)[0].object,
                "name": "to-khai.pdf",
                "mediaType": "application/pdf",
                "size": 12,
            }
        for caller, status in ((NAM, 404), (OTHER_DESK, 403)):
            with pytest.raises(Refused) as refused:
                world.call(api.LOCATE_FILE, caller, reference=reference, file=file)
            assert refused.value.status == status

    def test_a_file_of_no_dossier_of_mine_is_not_found(self, world: World, story: Story) -> None:
        reference = story.submitted()
        with pytest.raises(Refused) as refused:
            world.call(api.LOCATE_FILE, HOA, reference=reference, file=story.file(NAM))
        assert (refused.value.status, refused.value.code) == (404, "file-not-found")

    def test_the_owner_gets_the_result_when_it_is_returned(self, world: World, story: Story) -> None:
        reference = story.done(file=True)
        file = world.rows(tables.Result)[0].file
        assert world.call(api.LOCATE_FILE, DESK, reference=reference, file=file)
        with pytest.raises(Refused):
            world.call(api.LOCATE_FILE, HOA, reference=reference, file=file)
        world.call(api.RETURN_RESULT, DESK, reference=reference)
        assert world.call(api.LOCATE_FILE, HOA, reference=reference, file=file)["name"] == "ket-qua.pdf"
