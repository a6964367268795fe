"""Mapped classes read as ever; what the database holds opens in its own place alone."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError

from chassis.database import Sessions, create_service_engine
from chassis.errors import Unavailable
from chassis.ids import new_id
from chassis.sealing import CannotOpen
from services.dossier.tables import Draft
from services.identity.tables import Account, Citizen
from tests.support.databases import settings_for

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
NUMBER, NAME = "001190000011", "Nguyễn Thị Hoa"


def account(number=NUMBER, **more):
    given = {"kind": "citizen", "name": NAME, "phone": "+84912345678", "created_at": NOW} | more
    return Account(identifier=number, identifier_digest=number, **given)


@pytest.fixture
def database(make_database):
    return make_database("identity")


@pytest.fixture
def sessions(database):
    return database.sessions()


def stored(sessions, *rows):
    with sessions.work() as work:
        work.add(*rows)
    return [row.id for row in rows]


def value(sessions, statement, **values):
    with sessions.work() as work:
        return work.session.execute(text(statement), values).scalar_one()


def test_another_process_reads_what_was_written_and_the_database_holds_none_of_it(database, sessions):
    [id] = stored(sessions, account())
    with database.sessions().work(read_only=True) as work:
        row = work.session.get_one(Account, id)
        assert (row.identifier, row.name, row.phone, row.email) == (NUMBER, NAME, "+84912345678", None)
    held = value(sessions, "SELECT accounts::text FROM accounts")
    assert NUMBER not in held and NUMBER.encode().hex() not in held
    assert NAME.encode().hex() not in held


def test_an_account_is_found_by_its_number_and_the_number_is_taken_once_for_each_kind(sessions):
    [first] = stored(sessions, account())
    stored(sessions, account("001190000012"), account(kind="business"))
    with sessions.work() as work:
        found = select(Account).where(Account.identifier_digest == NUMBER, Account.kind == "citizen")
        assert work.session.scalars(found).one().id == first
    with pytest.raises(IntegrityError):
        stored(sessions, account())


def test_a_value_moved_to_another_row_or_column_does_not_open(sessions):
    first, second = stored(sessions, account(), account("001190000012"))
    value(sessions, "UPDATE accounts SET name = (SELECT name FROM accounts WHERE id = :a) WHERE id = :b RETURNING 1",
          a=first, b=second)  # fmt: skip
    value(sessions, "UPDATE accounts SET phone = identifier WHERE id = :a RETURNING 1", a=first)
    with sessions.work() as work:
        assert work.session.get_one(Account, second).phone == "+84912345678"
        for id, column in ((second, "name"), (first, "phone")):
            with pytest.raises(CannotOpen):
                getattr(work.session.get_one(Account, id), column)


def test_what_is_not_personal_is_read_though_a_value_is_broken(sessions):
    [id] = stored(sessions, account())
    value(sessions, "UPDATE accounts SET name = '\\x00' WHERE id = :a RETURNING 1", a=id)
    with sessions.work() as work:
        assert work.session.get_one(Account, id).kind == "citizen"


def test_a_row_without_its_key_seals_nothing():
    with pytest.raises(TypeError, match="key"):
        Citizen(birth_date="1990-05-17", sex="female")


def test_only_what_changed_is_written(sessions):
    [id] = stored(sessions, account())
    written = []
    event.listen(sessions.engine, "before_cursor_execute", lambda *a: written.append(a[2]))
    with sessions.work() as work:
        row = work.session.get_one(Account, id)
        row.name, row.email = NAME, None
    assert not [one for one in written if one.startswith("UPDATE")]
    with sessions.work() as work:
        work.session.get_one(Account, id).name = "Lê Thị Mai"
    [update] = [one for one in written if one.startswith("UPDATE")]
    assert "SET name=" in update and "phone" not in update
    with sessions.work() as work:
        assert work.session.get_one(Account, id).name == "Lê Thị Mai"


def test_forms_come_back_as_they_were(make_database):
    sessions = make_database("dossier").sessions()
    answers = {"họ tên": NAME, "con": [{"tuổi": 3}, None], "số": 1.5, "rỗng": {}}
    draft = Draft(
        owner=new_id(),
        procedure="1",
        agency="a",
        channel="online",
        papers=[],
        answers=answers,
        delivery={},
        created_at=NOW,
        updated_at=NOW,
    )
    [id] = stored(sessions, draft)
    with sessions.work() as work:
        row = work.session.get_one(Draft, id)
        assert (row.answers, row.delivery) == (answers, {})
        row.answers = row.answers | {"con": []}
    with sessions.work() as work:
        assert work.session.get_one(Draft, id).answers["con"] == []


def test_while_the_keys_cannot_be_read_the_caller_may_try_again(database, sessions):
    nowhere = settings_for("postgresql+psycopg2://nobody@127.0.0.1:1/none")
    engine = create_service_engine(nowhere, pool_size=1)
    engine.pool = sessions.engine.pool
    with pytest.raises(Unavailable), Sessions(engine).work() as work:
        work.add(account())
