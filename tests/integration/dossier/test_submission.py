"""Submission: one commit of everything, under the rules of the day."""

import re
from typing import Any

import pytest

from chassis.ids import new_id
from services.dossier import api, tables
from services.dossier.codes import REFERENCE_PATTERN
from tests.integration.dossier.story import ADDRESS, Story
from tests.integration.dossier.world import (
    AGENCY,
    EXTRACT,
    FREE,
    HOA,
    LICENCE,
    NAM,
    Refused,
    World,
    fee,
    procedure,
)


def licence(story: Story, **more: Any) -> Any:
    return story.draft(procedure=LICENCE, papers=[{"code": "TK", "file": story.file()}], **more)


def test_a_submission_is_one_commit_of_everything(world: World, story: Story) -> None:
    draft = licence(story, answers={"class": "B"})
    answer = world.call(api.SUBMIT_DOSSIER, HOA, draft=draft["id"])

    assert re.fullmatch(REFERENCE_PATTERN, answer["reference"])
    assert answer["state"] == {"number": 1, "code": "new", "name": "Mới đăng ký"}
    assert (answer["code"], answer["dueAt"], answer["total"], answer["version"]) == (None, None, 165_000, 1)
    (row,) = world.rows(tables.Dossier)
    assert (row.owner, row.owner_name, row.owner_identity) == (HOA.subject, HOA.name, HOA.identity_number)
    assert (row.agency, row.answers, row.waiting_on) == (AGENCY, {"class": "B"}, "desk")
    assert len(world.rows(tables.Paper, dossier=row.id)) == 1
    assert {charge.code: charge.amount for charge in world.rows(tables.Charge)} == {
        "LP": 135_000,
        "BUU": 30_000,
    }
    assert world.rows(tables.Draft) == []
    assert story.told(answer["reference"]) == ["submit"]


def test_the_events_of_a_submission(world: World, story: Story) -> None:
    draft = licence(story)
    answer = world.call(api.SUBMIT_DOSSIER, HOA, draft=draft["id"])
    submitted, charged = world.emitted()
    (row,) = world.rows(tables.Dossier)
    assert [event["type"] for event in (submitted, charged)] == [
        "vn.motcua.dossier.submitted.v2",
        "vn.motcua.dossier.charged.v2",
    ]
    assert [(event["subject"], event["sequence"]) for event in (submitted, charged)] == [
        (row.id, 1),
        (row.id, 2),
    ]
    assert submitted["data"] == {
        "dossier": row.id,
        "reference": answer["reference"],
        "code": None,
        "procedure": LICENCE,
        "procedureName": f"Thủ tục {LICENCE}",
        "agency": AGENCY,
        "owner": HOA.subject,
        "ownerKind": "citizen",
        "channel": "online",
        "submittedAt": "2026-11-23T02:00:00Z",
    }
    assert charged["data"]["charges"] == [
        {
            "code": code,
            "name": "Lệ phí",
            "nameEn": "Fee",
            "kind": "fee",
            "amount": amount,
            "quantity": 1,
            "unitAmount": amount,
            "collect": collect,
        }
        for code, amount, collect in (("LP", 135_000, "before-reception"), ("BUU", 30_000, "on-result"))
    ]


def test_two_copies_cost_sixteen_thousand(world: World, story: Story) -> None:
    draft = story.draft(procedure=EXTRACT, answers={"copies": 2})
    answer = world.call(api.SUBMIT_DOSSIER, HOA, draft=draft["id"], language="en")
    assert answer["total"] == 16_000
    assert answer["charges"] == [
        {
            "code": "BS",
            "name": "Fee",
            "kind": "charge",
            "unitAmount": 8_000,
            "quantity": 2,
            "amount": 16_000,
            "collect": "before-reception",
            "settled": False,
        }
    ]
    assert answer["state"]["name"] == "New"


def test_a_free_procedure_charges_nothing(world: World, story: Story) -> None:
    story.submitted(procedure=FREE)
    assert [event["type"] for event in world.emitted()] == ["vn.motcua.dossier.submitted.v2"]
    assert world.rows(tables.Charge) == []


def test_the_same_key_gives_the_same_answer_and_one_dossier(world: World, story: Story) -> None:
    draft, other = story.draft()["id"], story.draft()["id"]
    first = world.call(api.SUBMIT_DOSSIER, HOA, key="k-1", draft=draft)
    assert world.call(api.SUBMIT_DOSSIER, HOA, key="k-1", draft=draft) == first
    assert len(world.rows(tables.Dossier)) == 1
    with pytest.raises(Refused) as refused:
        world.call(api.SUBMIT_DOSSIER, HOA, key="k-1", draft=other)
    assert (refused.value.status, refused.value.code) == (422, "idempotency-key-reused")


def test_a_draft_is_submitted_once(world: World, story: Story) -> None:
    draft = story.draft()["id"]
    world.call(api.SUBMIT_DOSSIER, HOA, key="k-1", draft=draft)
    with pytest.raises(Refused) as refused:
        world.call(api.SUBMIT_DOSSIER, HOA, key="k-2", draft=draft)
    assert refused.value.code == "draft-not-found"
    assert len(world.rows(tables.Dossier)) == 1


def test_every_fault_of_an_incomplete_draft_at_once(world: World, story: Story) -> None:
    world.publish(
        procedure(
            LICENCE,
            versionNo=2,
            papers=[{"code": "TK", "name": "Tờ khai", "required": True}],
            fees=[fee("BS", 1, per="copies")],
        )
    )
    draft = story.draft(procedure=LICENCE, delivery=ADDRESS | {"method": "post", "phone": ""})
    with pytest.raises(Refused) as refused:
        world.call(api.SUBMIT_DOSSIER, HOA, draft=draft["id"])
    assert refused.value.status == 422
    assert sorted(refused.value.pointers) == ["/answers/copies", "/delivery/phone", "/papers"]
    assert len(world.rows(tables.Draft)) == 1


def test_a_procedure_that_ended_meanwhile_is_refused(world: World, story: Story) -> None:
    draft = story.draft()
    world.publish(procedure(FREE, validTo="2026-11-23"))
    world.at("2026-11-25 08:00")
    with pytest.raises(Refused) as refused:
        world.call(api.SUBMIT_DOSSIER, HOA, draft=draft["id"])
    assert (refused.value.status, refused.value.code) == (422, "procedure-not-in-force")
    assert refused.value.pointers == ["/procedure"]


def test_an_account_of_too_low_assurance_is_refused(world: World, story: Story) -> None:
    draft = story.draft(NAM, LICENCE, papers=[{"code": "TK", "file": story.file(NAM)}])
    with pytest.raises(Refused) as refused:
        world.call(api.SUBMIT_DOSSIER, NAM, draft=draft["id"])
    assert (refused.value.status, refused.value.code) == (401, "assurance-too-low")
    assert refused.value.extra == {"needed": "substantial", "acrValues": "substantial"}


def test_a_dossier_keeps_the_version_it_was_submitted_under(world: World, story: Story) -> None:
    reference = story.submitted()
    world.publish(procedure(FREE, versionNo=2, name="Tên mới", validFrom="2026-11-24"))
    world.at("2026-11-25 08:00")
    seen = world.call(api.GET_DOSSIER, HOA, reference=reference)
    assert (seen["procedureVersion"], seen["procedure"]["name"]) == (1, f"Thủ tục {FREE}")
    later = world.call(api.GET_DOSSIER, HOA, reference=story.submitted())
    assert (later["procedureVersion"], later["procedure"]["name"]) == (2, "Tên mới")


def test_an_unknown_draft_is_not_found(world: World) -> None:
    with pytest.raises(Refused) as refused:
        world.call(api.SUBMIT_DOSSIER, HOA, draft=new_id())
    assert refused.value.status == 404


def test_nothing_is_left_behind_by_a_refused_submission(world: World, story: Story) -> None:
    draft = story.draft(procedure=EXTRACT)
    with pytest.raises(Refused):
        world.call(api.SUBMIT_DOSSIER, HOA, key="k-1", draft=draft["id"])
    for table in (tables.Dossier, tables.Charge, tables.TimelineEntry):
        assert world.rows(table) == []
    assert world.emitted() == []
    world.call(api.CHANGE_DRAFT, HOA, id=draft["id"], if_match=(1,), answers={"copies": 1})
    assert world.call(api.SUBMIT_DOSSIER, HOA, key="k-1", draft=draft["id"])["total"] == 8_000
