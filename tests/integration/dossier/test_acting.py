"""Somebody acts for the owner: how far they reach, and that everything names them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from chassis.caller import Actor, Caller
from chassis.ids import new_id
from services.dossier import api, tables
from tests.integration.dossier.story import Story
from tests.integration.dossier.world import AGENCY, DESK, EXTRACT, FREE, HOA, Refused, World, upload


def acting(acts_as: str = "delegate", procedures: Any = (FREE,), actions: Any = ("submit", "read")) -> Caller:
    """Lê Thị Quầy acts for Hoa."""
    agency = AGENCY if acts_as == "helper" else ""
    actor = Actor(DESK.subject, "citizen", "Lê Thị Quầy", acts_as, new_id(), agency)
    return replace(HOA, actor=replace(actor, procedures=frozenset(procedures), actions=frozenset(actions)))


def helper() -> Caller:
    return acting("helper", actions=("submit",))


def references(world: World, caller: Caller) -> list[str]:
    return [item["reference"] for item in world.call(api.LIST_DOSSIERS, caller)["items"]]


def refused(world: World, operation: Any, caller: Caller, **payload: Any) -> str:
    with pytest.raises(Refused) as caught:
        world.call(operation, caller, **payload)
    return str(caught.value.code)


def test_who_filed_is_named_to_the_owner_and_the_agency(world: World, story: Story) -> None:
    caller = helper()
    reference = story.submitted(caller)
    row = story.row(reference)
    assert caller.actor is not None
    assert (row.owner, row.owner_name, row.owner_identity) == (HOA.subject, HOA.name, HOA.identity_number)
    assert (row.actor, row.acts_as, row.actor_agency, row.mandate) == (
        DESK.subject,
        "helper",
        AGENCY,
        caller.actor.mandate,
    )
    filed_by = {"id": DESK.subject, "name": "Lê Thị Quầy", "actsAs": "helper", "agency": AGENCY}
    (mine,) = world.call(api.LIST_DOSSIERS, HOA)["items"]
    assert mine["filedBy"] == filed_by
    assert world.call(api.GET_DOSSIER, DESK, reference=reference)["filedBy"] == filed_by
    (entry,) = world.call(api.GET_TIMELINE, HOA, reference=reference, language="en")["items"]
    assert (entry["who"], entry["role"], entry["agency"], entry["actsAs"]) == (
        "Lê Thị Quầy",
        "owner",
        AGENCY,
        "helper",
    )
    assert entry["text"] == (
        f"Submitted as {reference}. (Done by Lê Thị Quầy for Nguyễn Thị Hoa, as helper, {AGENCY}.)"
    )


def test_what_the_owner_files_names_nobody_else(world: World, story: Story) -> None:
    reference = story.submitted(HOA)
    assert world.call(api.GET_DOSSIER, HOA, reference=reference)["filedBy"] is None
    (entry,) = world.call(api.GET_TIMELINE, HOA, reference=reference)["items"]
    assert (entry["actsAs"], entry["text"]) == (None, f"Nộp hồ sơ {reference}.")


def test_a_procedure_outside_the_scope_is_refused(world: World, story: Story) -> None:
    caller = acting()
    assert refused(world, api.CREATE_DRAFT, caller, procedure=EXTRACT, agency=AGENCY) == "outside-mandate"
    draft = story.draft(caller)
    assert refused(world, api.CHANGE_DRAFT, caller, id=draft["id"], procedure=EXTRACT) == "outside-mandate"
    own = story.draft(HOA, EXTRACT)
    assert refused(world, api.GET_DRAFT, caller, id=own["id"]) == "draft-not-found"
    assert refused(world, api.SUBMIT_DOSSIER, caller, draft=own["id"]) == "draft-not-found"
    assert world.rows(tables.Dossier) == []


def test_who_may_only_read_changes_nothing(world: World, story: Story) -> None:
    reader = acting(actions=("read",))
    draft, reference = story.draft(HOA), story.submitted(HOA)
    assert world.call(api.GET_DRAFT, reader, id=draft["id"])["id"] == draft["id"]
    assert references(world, reader) == [reference]
    assert refused(world, api.SUBMIT_DOSSIER, reader, draft=draft["id"]) == "outside-mandate"
    assert refused(world, api.DISCARD_DRAFT, reader, id=draft["id"]) == "outside-mandate"
    assert refused(world, api.WITHDRAW_DOSSIER, reader, reference=reference) == "outside-mandate"
    assert refused(world, api.REGISTER_FILE, reader, **upload("x.pdf")) == "outside-mandate"


def test_a_reader_sees_the_procedures_of_the_scope_and_no_other(world: World, story: Story) -> None:
    inside, outside = story.submitted(HOA), story.submitted(HOA, EXTRACT, answers={"copies": 1})
    reader = acting(actions=("read",))
    assert references(world, reader) == [inside]
    assert refused(world, api.GET_DOSSIER, reader, reference=outside) == "dossier-not-found"
    everything = acting("guardian", procedures=("*",))
    assert set(references(world, everything)) == {inside, outside}


def test_a_helper_sees_only_what_the_consent_brought_about(world: World, story: Story) -> None:
    story.submitted(HOA)
    own_draft = story.draft(HOA)
    caller = helper()
    assert references(world, caller) == []
    assert world.call(api.LIST_DRAFTS, caller)["items"] == []
    assert refused(world, api.GET_DRAFT, caller, id=own_draft["id"]) == "draft-not-found"
    filed = story.submitted(caller)
    assert references(world, caller) == [filed]
    assert refused(world, api.GET_DOSSIER, helper(), reference=filed) == "dossier-not-found"


def test_a_consent_is_for_one_dossier_however_many_try_at_once(world: World, story: Story) -> None:
    caller = helper()
    drafts = [story.draft(caller)["id"] for _ in range(4)]

    def submit(draft: str) -> str:
        try:
            return str(world.call(api.SUBMIT_DOSSIER, caller, draft=draft)["reference"])
        except Refused as error:
            return error.code

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(submit, drafts))
    assert sorted(outcomes)[1:] == ["consent-used"] * 3
    assert len(world.rows(tables.Dossier)) == 1
    delegate = acting()
    assert len({story.submitted(delegate) for _ in range(2)}) == 2


def test_what_a_delegate_does_later_is_named_too(world: World, story: Story) -> None:
    reference = story.submitted(HOA)
    world.call(api.WITHDRAW_DOSSIER, acting(), reference=reference, reason="Không cần nữa.")
    last = world.call(api.GET_TIMELINE, HOA, reference=reference)["items"][-1]
    assert (last["what"], last["who"], last["actsAs"]) == ("withdraw", "Lê Thị Quầy", "delegate")
    assert last["text"].endswith("(Lê Thị Quầy làm thay Nguyễn Thị Hoa, với tư cách người được ủy quyền.)")


def test_who_acts_for_somebody_is_refused_what_nobody_does_for_another(world: World, story: Story) -> None:
    """An operation is closed to them until it is opened by name."""
    everything = acting("guardian", procedures=("*",), actions=("submit", "pay", "read"))
    assert refused(world, api.RECEIVE_DOSSIER, everything, reference="HS-1") == "outside-mandate"
    tracked = world.call(api.TRACK_DOSSIER, everything, code=story.submitted(HOA))
    assert tracked["state"]["code"] == "new"


def test_a_key_answers_only_who_used_it(world: World, story: Story) -> None:
    payload = {"procedure": FREE, "agency": AGENCY}
    first, second = acting(), acting()
    made = world.call(api.CREATE_DRAFT, first, key="k", **payload)
    assert world.call(api.CREATE_DRAFT, first, key="k", **payload)["id"] == made["id"]
    assert world.call(api.CREATE_DRAFT, second, key="k", **payload)["id"] != made["id"]
