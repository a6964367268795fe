"""Suspension, payments asked for during the work, withdrawal."""

from typing import Any

import pytest

from chassis.ids import new_id
from services.dossier import api, events, tables
from tests.integration.dossier.story import Story
from tests.integration.dossier.world import DESK, HOA, LEADER, LICENCE, NAM, SPECIALIST, Refused, World


def licence(story: Story) -> dict[str, Any]:
    return {"procedure": LICENCE, "papers": [{"code": "TK", "file": story.file()}]}


def test_a_suspended_dossier_keeps_the_time_it_had_left(world: World, story: Story) -> None:
    reference = story.prepared()  # due on 1 December at 17:00
    world.at("2026-11-30 10:00")
    answer = world.call(api.SUSPEND_DOSSIER, LEADER, reference=reference, reason="Chờ xác minh.")
    assert (answer["state"]["code"], answer["pausedAt"]) == ("suspended", "2026-11-30T03:00:00Z")
    assert world.emitted("paused")[0]["data"]["state"] == "suspended"
    world.at("2026-12-07 10:00")
    resumed = world.call(api.RESUME_DOSSIER, LEADER, reference=reference)
    assert (resumed["state"]["code"], resumed["dueAt"]) == ("processing", "2026-12-08T10:00:00Z")
    row = story.row(reference)
    assert (row.paused_at, row.waiting_on, row.act_by) == (None, "leader", row.due_at)
    event = world.emitted("resumed")[0]["data"]
    assert (event["dueBefore"], event["dueAt"]) == ("2026-12-01T10:00:00Z", "2026-12-08T10:00:00Z")


def test_only_a_leader_suspends(world: World, story: Story) -> None:
    reference = story.prepared()
    with pytest.raises(Refused) as refused:
        world.call(api.SUSPEND_DOSSIER, SPECIALIST, reference=reference, reason="?")
    assert refused.value.status == 403


def test_a_supplement_that_never_came_leads_to_suspension(world: World, story: Story) -> None:
    reference = story.received(**licence(story))
    papers = [{"code": "SK"}]
    world.call(api.REQUEST_SUPPLEMENT, SPECIALIST, reference=reference, reason="?", papers=papers)
    asked_at = story.row(reference).paused_at
    world.at("2026-12-07 10:00")
    world.call(api.SUSPEND_DOSSIER, LEADER, reference=reference, reason="Quá hạn bổ sung.")
    assert story.row(reference).paused_at == asked_at
    world.call(api.RESUME_DOSSIER, LEADER, reference=reference)
    assert story.state(reference) == "processing"


def test_a_dossier_never_received_is_not_suspended(world: World, story: Story) -> None:
    reference = story.submitted(**licence(story))
    world.call(api.REQUEST_SUPPLEMENT, DESK, reference=reference, reason="?", papers=[{"code": "SK"}])
    with pytest.raises(Refused) as refused:
        world.call(api.SUSPEND_DOSSIER, LEADER, reference=reference, reason="Quá hạn bổ sung.")
    assert (refused.value.status, refused.value.code) == (409, "illegal-move")
    assert refused.value.extra == {"state": "supplement", "legal": ["resubmit", "withdraw"]}


def test_work_waits_for_a_payment_and_goes_on_when_it_is_settled(world: World, story: Story) -> None:
    reference = story.prepared(**licence(story))
    world.at("2026-11-30 10:00")
    asked = world.call(api.REQUEST_PAYMENT, SPECIALIST, reference=reference)
    assert asked["state"]["code"] == "financial"
    assert story.row(reference).waiting_on is None
    world.at("2026-12-07 10:00")
    story.pay(reference, "on-result")
    seen = world.call(api.GET_DOSSIER, HOA, reference=reference)
    assert (seen["state"]["code"], seen["dueAt"]) == ("processing", "2026-12-08T10:00:00Z")
    assert all(charge["settled"] for charge in seen["charges"])
    assert story.told(reference)[-3:] == ["request-payment", "pay", "settle"]


def test_a_part_of_the_money_is_not_enough(world: World, story: Story) -> None:
    reference = story.prepared(**licence(story))
    world.call(api.REQUEST_PAYMENT, SPECIALIST, reference=reference)
    settle(world, story.row(reference).id, 29_999)
    assert story.state(reference) == "financial"
    settle(world, story.row(reference).id, 1)
    assert story.state(reference) == "processing"


def test_nothing_owed_nothing_to_ask_for(world: World, story: Story) -> None:
    reference = story.prepared()
    with pytest.raises(Refused) as refused:
        world.call(api.REQUEST_PAYMENT, SPECIALIST, reference=reference)
    assert (refused.value.status, refused.value.code) == (409, "nothing-to-pay")


def test_a_settlement_counts_once_and_may_come_before_its_obligation(world: World, story: Story) -> None:
    reference = story.submitted(**licence(story))
    dossier, obligation = story.row(reference).id, new_id()
    for _ in range(2):
        settle(world, dossier, 135_000, "before-reception", obligation, sequence=2)
    world.hear(
        events.ObligationCreated, obligation, 1, obligation=obligation, dossier=dossier, amount=135_000
    )
    (row,) = world.rows(tables.Obligation)
    assert (row.paid_at is not None, row.receipt, row.collect) == (True, "0000009", "before-reception")
    assert story.told(reference) == ["submit", "pay"]


def test_an_obligation_alone_settles_nothing(world: World, story: Story) -> None:
    reference = story.submitted(**licence(story))
    created = {"obligation": new_id(), "dossier": story.row(reference).id, "amount": 135_000}
    world.hear(events.ObligationCreated, **created, collect="before-reception")
    charges = world.call(api.GET_DOSSIER, HOA, reference=reference)["charges"]
    assert not any(charge["settled"] for charge in charges)


def test_money_that_is_to_be_refunded_is_told_in_the_timeline(world: World, story: Story) -> None:
    reference = story.submitted(**licence(story))
    world.call(api.WITHDRAW_DOSSIER, HOA, reference=reference)
    world.hear(events.ObligationOverpaid, dossier=story.row(reference).id, amount=135_000)
    told = [
        world.call(api.GET_TIMELINE, HOA, reference=reference, language=language)["items"][-1]
        for language in ("vi", "en")
    ]
    assert [entry["what"] for entry in told] == ["overpay"] * 2
    assert (
        told[0]["text"] == "Đã nhận 135.000 đồng cho khoản không còn phải nộp; số tiền này sẽ được hoàn lại."
    )
    assert told[1]["text"] == "135.000 đồng came for what was not owed any more; they are to be refunded."
    assert story.state(reference) == "withdrawn"


class TestWithdrawal:
    def test_the_owner_withdraws_until_a_decision_is_made(self, world: World, story: Story) -> None:
        for reference in (story.submitted(), story.received(), story.prepared()):
            answer = world.call(api.WITHDRAW_DOSSIER, HOA, reference=reference, reason="Đổi ý.")
            assert answer["state"]["code"] == "withdrawn"
        finished = [event["data"] for event in world.emitted("finished")]
        assert [data["outcome"] for data in finished] == ["withdrawn"] * 3
        assert [data["onTime"] for data in finished] == ["none", "early", "early"]
        assert len(world.emitted("dossier.withdrawn")) == 3

    def test_afterwards_it_is_too_late(self, world: World, story: Story) -> None:
        reference = story.done()
        with pytest.raises(Refused) as refused:
            world.call(api.WITHDRAW_DOSSIER, HOA, reference=reference)
        assert (refused.value.code, refused.value.extra) == (
            "illegal-move",
            {"state": "done", "legal": ["post", "return"]},
        )

    def test_only_the_owner_withdraws(self, world: World, story: Story) -> None:
        reference = story.submitted()
        with pytest.raises(Refused) as refused:
            world.call(api.WITHDRAW_DOSSIER, NAM, reference=reference)
        assert (refused.value.status, refused.value.code) == (404, "dossier-not-found")


def settle(
    world: World,
    dossier: str,
    amount: int,
    collect: str = "on-result",
    obligation: str | None = None,
    sequence: int | None = None,
) -> None:
    world.hear(
        events.ObligationSettled,
        sequence=sequence,
        obligation=obligation or new_id(),
        dossier=dossier,
        amount=amount,
        collect=collect,
        receipt="0000009",
        paidAt="2026-11-23T03:00:00Z",
    )
