"""Copies wiped, damaged or behind are rebuilt from their owner, while events arrive, and nothing happens twice."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.dossier import api, tables
from services.payment.adapters import Vnpay
from services.payment.tables import Obligation
from services.payment.vnpay import Merchant
from tests.integration.dossier.story import Story
from tests.integration.dossier.world import DESK, EXTRACT, HOA, LICENCE, SPECIALIST, World
from tests.integration.payment.story import Story as Till
from tests.support.copies import Keeper, told

KeeperOf = Callable[[str], Keeper]
RATED = "SELECT * FROM dossiers ORDER BY id"


def ended_and_open(story: Story) -> None:
    """Dossiers in every phase a copy tells apart."""
    world = story.world
    for reference in (story.submitted(), story.done()):
        assert reference
    world.call(api.RETURN_RESULT, DESK, reference=story.done(), method="counter")
    world.call(api.REFUSE_DOSSIER, DESK, reference=story.submitted(), reason="Không thuộc thẩm quyền.")
    world.call(api.WITHDRAW_DOSSIER, HOA, reference=story.received())


class TestDossiersToRate:
    @pytest.fixture
    def feedback(self, keeper: KeeperOf, dossiers: Keeper, story: Story) -> Keeper:
        ended_and_open(story)
        made = keeper("feedback")
        made.hear(*told(dossiers.sessions))
        return made

    @pytest.mark.parametrize(
        "damage",
        [
            "DELETE FROM dossiers",
            "DELETE FROM dossiers WHERE finished_at IS NULL",
            "UPDATE dossiers SET finished_at = NULL, outcome = NULL, sequence = 1",
            "UPDATE dossiers SET finished_at = now(), outcome = 'returned', agency = '?'",
        ],
    )
    def test_they_are_rebuilt_as_events_had_made_them(
        self, feedback: Keeper, amqp_url: str, damage: str
    ) -> None:
        facts = "SELECT id, reference, code, procedure, agency, owner, outcome, on_time, finished_at FROM dossiers"
        before = sorted(feedback.rows(facts))
        assert {row[6] for row in before} == {None, "returned", "refused", "withdrawn"}
        feedback.damage(damage)
        assert sorted(feedback.rows(facts)) != before
        feedback.rebuild("dossiers", amqp_url)
        assert sorted(feedback.rows(facts)) == before
        whole = feedback.rows(RATED)
        feedback.rebuild("dossiers", amqp_url)
        assert feedback.rows(RATED) == whole

    def test_an_old_snapshot_never_overwrites_a_newer_event(
        self, feedback: Keeper, dossiers: Keeper, story: Story, amqp_url: str
    ) -> None:
        reference = story.submitted()
        feedback.rebuild("dossiers", amqp_url)
        old = feedback.rows("SELECT sequence FROM dossiers WHERE reference = :r", r=reference)
        story.world.call(api.WITHDRAW_DOSSIER, HOA, reference=reference)
        feedback.hear(*told(dossiers.sessions))
        newest = feedback.rows(RATED)
        # The owner as it was when the rebuild read it: the dossier is open still.
        with dossiers.sessions.work() as work:
            row = work.session.query(tables.Dossier).filter_by(reference=reference).one()
            row.finished_at = None
            streams = tables.Base.metadata.tables["outbox_streams"]
            work.session.execute(
                streams.update().where(streams.c.subject == row.id).values(sequence=old[0][0])
            )
        feedback.rebuild("dossiers", amqp_url)
        assert feedback.rows(RATED) == newest

    def test_events_that_come_after_the_rebuild_which_knew_them_change_nothing(
        self, keeper: KeeperOf, dossiers: Keeper, story: Story, amqp_url: str
    ) -> None:
        ended_and_open(story)
        late = keeper("feedback")
        late.rebuild("dossiers", amqp_url)
        rebuilt = late.rows(RATED)
        assert len(rebuilt) == 5
        late.hear(*told(dossiers.sessions))
        assert late.rows(RATED) == rebuilt


class TestCharges:
    STATE = "SELECT dossier, code, amount, state FROM obligations ORDER BY dossier, code"
    BOOKS = "SELECT kind, account, side, amount FROM journal_entries JOIN journal_postings ON entry = id ORDER BY 1,2,3,4"

    @pytest.fixture
    def references(self, story: Story) -> list[str]:
        """Charged: two that are open, one that is withdrawn."""
        made = [
            story.submitted(procedure=LICENCE),
            story.submitted(procedure=EXTRACT, answers={"copies": 2}),
            story.submitted(procedure=LICENCE),
        ]
        story.submitted()
        story.world.call(api.WITHDRAW_DOSSIER, HOA, reference=made[2])
        return made

    def test_missing_obligations_are_made_once(
        self, keeper: KeeperOf, dossiers: Keeper, references: list[str], amqp_url: str
    ) -> None:
        payment = keeper("payment")
        for _ in range(2):
            payment.rebuild("charges", amqp_url)
            assert sorted(row[1:] for row in payment.rows(self.STATE)) == [
                ("BS", 16_000, "due"),
                ("BUU", 30_000, "due"),
                ("LP", 135_000, "due"),
            ]
            assert len(payment.rows(self.BOOKS)) == 6
        # The events themselves come late: nothing is owed twice.
        payment.hear(*told(dossiers.sessions))
        assert len(payment.rows(self.STATE)) == 3
        assert len(payment.rows(self.BOOKS)) == 6
        assert len(told(payment.sessions)) == 3

    def test_what_is_there_stays_as_it_is(
        self, keeper: KeeperOf, dossiers: Keeper, references: list[str], amqp_url: str
    ) -> None:
        payment = keeper("payment")
        payment.hear(*told(dossiers.sessions))
        everything = (self.STATE, self.BOOKS, "SELECT * FROM dossiers ORDER BY id", "SELECT id FROM outbox")
        before = [payment.rows(statement) for statement in everything]
        payment.damage("UPDATE dossiers SET closed_at = NULL")
        payment.rebuild("charges", amqp_url)
        assert [payment.rows(statement) for statement in everything] == before

    def test_a_missed_end_lets_what_is_unpaid_fall_away(
        self, keeper: KeeperOf, dossiers: Keeper, references: list[str], amqp_url: str
    ) -> None:
        payment = keeper("payment")
        payment.hear(*(event for event in told(dossiers.sessions) if "finished" not in event["type"]))
        assert {row[3] for row in payment.rows(self.STATE)} == {"due"}
        payment.rebuild("charges", amqp_url)
        assert sorted(row[3] for row in payment.rows(self.STATE)) == ["cancelled"] * 2 + ["due"] * 3
        (closed,) = payment.rows("SELECT id, closed_at FROM dossiers WHERE closed_at IS NOT NULL")
        assert closed == dossiers.rows("SELECT id, finished_at FROM dossiers WHERE state = 7")[0]


class TestObligations:
    """The dossier service's copy of payment's obligations."""

    COPY = "SELECT id, dossier, amount, collect, receipt, paid_at FROM obligations ORDER BY id"

    @pytest.fixture
    def payment(self, payments: Keeper, story: Story, dossiers: Keeper) -> Keeper:
        """It knows of a licence: one fee paid, one due."""
        story.submitted(procedure=LICENCE)
        payments.hear(*told(dossiers.sessions))
        settle(payments, "LP")
        dossiers.hear(*told(payments.sessions))
        return payments

    @pytest.mark.parametrize(
        "damage",
        [
            "DELETE FROM obligations",
            "UPDATE obligations SET paid_at = NULL, receipt = NULL",
            "UPDATE obligations SET paid_at = now(), amount = 1",
        ],
    )
    def test_they_are_rebuilt_and_nothing_is_told_again(
        self, dossiers: Keeper, payment: Keeper, amqp_url: str, damage: str
    ) -> None:
        before, timeline = dossiers.rows(self.COPY), dossiers.rows("SELECT what FROM timeline ORDER BY id")
        assert [bool(row[5]) for row in before].count(True) == 1
        dossiers.damage(damage)
        for _ in range(2):
            dossiers.rebuild("obligations", amqp_url)
            assert dossiers.rows(self.COPY) == before
        assert dossiers.rows("SELECT what FROM timeline ORDER BY id") == timeline == [("submit",), ("pay",)]

    def test_a_missed_settlement_lets_the_dossier_go_on_once(
        self, world: World, story: Story, dossiers: Keeper, payment: Keeper, amqp_url: str
    ) -> None:
        (row,) = world.rows(tables.Dossier)
        world.call(api.RECEIVE_DOSSIER, DESK, reference=row.reference)
        world.call(api.REQUEST_PAYMENT, SPECIALIST, reference=row.reference)
        settle(payment, "BUU")
        for _ in range(2):
            dossiers.rebuild("obligations", amqp_url)
        # The event that was thought lost comes after all.
        dossiers.hear(*told(payment.sessions))
        assert story.state(row.reference) == "processing"
        told_once = ["pay", "pay", "receive", "request-payment", "settle", "submit"]
        assert sorted(story.told(row.reference)) == told_once
        assert len(world.emitted("resumed")) == 1

    def test_an_old_snapshot_never_overwrites_a_newer_event(
        self, dossiers: Keeper, payment: Keeper, amqp_url: str
    ) -> None:
        before = dossiers.rows(self.COPY)
        # The owner as it was when the rebuild read it: nothing is settled yet.
        payment.damage("UPDATE obligations SET state = 'due'")
        payment.damage("UPDATE outbox_streams SET sequence = 1")
        dossiers.rebuild("obligations", amqp_url)
        assert dossiers.rows(self.COPY) == before


def settle(payment: Keeper, code: str) -> None:
    """The owner pays an obligation, and the gateway says so."""
    gateway_url = "https://gateway.example"
    merchant = Merchant("MOTCUA01", "s", gateway_url, gateway_url, "https://motcua.example/return")
    till = Till(payment.sessions, Vnpay(merchant, query_after=timedelta(seconds=30), timeout=1))
    with payment.sessions.work() as work:
        owed = work.session.query(Obligation).filter_by(code=code).one()
    assert till.notify(till.notice(till.pay(caller=HOA, obligation=owed))) == "00"
