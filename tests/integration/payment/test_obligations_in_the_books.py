"""From a dossier's events to obligations and the journal, on a real database."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from chassis.migrations import differences
from services.payment import copies, events, tables
from services.payment.tables import Agency
from tests.integration.payment.story import AGENCY, CHARGE, FEE, Story, event


def test_the_migrations_make_what_the_code_expects(database):
    assert differences(tables.Base.metadata, database.engine) == []


def test_every_charge_becomes_an_obligation_booked_by_its_kind(story):
    story.charged(CHARGE, FEE, FEE | {"code": "free", "amount": 0})
    charge, fee = story.obligations

    assert (charge.amount, charge.quantity, charge.unit_amount, charge.state) == (16_000, 2, 8_000, "due")
    assert (fee.kind, fee.amount, fee.unit_amount) == ("fee", 135_000, 135_000)
    assert story.said() == ["obligation-created"] * 2
    assert story.accounts() == {
        f"receivable:{AGENCY}": 151_000,
        f"revenue:charge:{AGENCY}": -16_000,
        f"revenue:fee:{AGENCY}": -135_000,
    }


def test_what_is_not_paid_falls_away_with_the_dossier(story):
    story.charged(CHARGE, FEE).finished()

    assert [row.state for row in story.obligations] == ["cancelled", "cancelled"]
    assert story.accounts() == {}
    assert story.said().count("obligation-cancelled") == 2


def test_the_end_of_a_dossier_told_twice_changes_nothing(story):
    story.charged().finished()
    before = story.facts()

    assert story.finished().facts() == before


def test_charges_that_arrive_after_the_end_are_not_owed(story):
    story.finished().charged()

    assert (list(story.obligations), story.accounts(), story.said()) == ([], {}, [])


def test_another_dossier_is_left_alone(story, database, gateway):
    other = Story(database, gateway).charged()
    story.charged().finished()

    assert other.obligation.state == "due"


def test_the_same_line_of_the_same_event_cannot_be_owed_twice(story, database):
    story.charged()
    with pytest.raises(IntegrityError), database.work() as work:
        work.session.execute(
            text(
                "INSERT INTO obligations SELECT gen_random_uuid(), charged_by, line, dossier, reference, procedure,"
                " agency, owner, code, name, name_en, kind, amount, quantity, unit_amount, collect,"
                " state, NULL, created_at, NULL, NULL, NULL, NULL FROM obligations"
            )
        )


@pytest.mark.parametrize("change", ["UPDATE journal_postings SET amount = 1", "DELETE FROM journal_postings"])
def test_the_journal_is_never_changed(story, database, change):
    story.charged()
    with pytest.raises(DBAPIError, match="never changed"), database.work() as work:
        work.session.execute(text(change))


def test_the_database_refuses_an_entry_that_does_not_balance(story, database):
    story.charged()
    lopsided = "INSERT INTO journal_postings SELECT id, 9, 'x', 'debit', 1 FROM journal_entries"
    with pytest.raises(DBAPIError, match="does not balance"), database.work() as work:
        work.session.execute(text(lopsided))


def test_an_agency_keeps_its_newest_names(database):
    for name, sequence in (("Phường Ba Đình", 2), ("Quận Ba Đình", 1)):
        with database.work() as work:
            data = {"code": AGENCY, "name": name, "nameEn": "Ba Dinh"}
            copies.keep_agency(event(events.AgencyPublished, data, sequence), work)
    with database.work(read_only=True) as work:
        assert work.get(Agency, AGENCY).name == "Phường Ba Đình"
