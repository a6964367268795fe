"""Old rows are sealed by the migration, in batches, and read as before."""

import json
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text

from chassis import sealing, sealing_migration
from chassis.migrations import config_for
from chassis.sealed import keyring_of
from chassis.settings import BadSettings
from services.dossier.tables import Draft
from services.identity import accounts
from services.identity.tables import Account
from tests.support.databases import settings_for

ROWS = 5
OLD_ACCOUNT = """
    INSERT INTO accounts (id, kind, identifier, name, phone, created_at)
    SELECT gen_random_uuid(), 'citizen', '00119000001' || n, 'Nguyễn "Hoa" \\ ' || n,
        CASE WHEN n > 2 THEN '+8491234567' || n END, now() FROM generate_series(1, :n) n
"""
OLD_DRAFT = """
    INSERT INTO drafts (id, owner, procedure, agency, channel, answers, papers, delivery, created_at, updated_at,
        version)
    SELECT gen_random_uuid(), gen_random_uuid(), '1', 'a', 'online', CAST(:answers AS jsonb), '[]', '{}', now(), now(),
        1 FROM generate_series(1, :n) n
"""
OLD_ANSWER = """
    INSERT INTO idempotency_keys (scope, key, body_hash, answer)
    SELECT 'sign_up:' || n, 'k', '', '{"name": "Hoa"}' FROM generate_series(1, :n) n
"""


def migrated(database, service, to, **changes):
    config = config_for(service, database.url)
    script = ScriptDirectory.from_config(config)
    [sealing] = [
        one for one in script.walk_revisions() if Path(one.path).stem.endswith("sealed_personal_data")
    ]
    settings = settings_for(database.url)
    config.attributes["settings"] = changes.get("settings", settings)
    command.upgrade(config, sealing.down_revision if to == "before" else "head")


@pytest.fixture
def empty(databases, monkeypatch):
    monkeypatch.setattr(sealing_migration, "BATCH", 2)
    made = []

    def make(service):
        made.append(databases.empty(service))
        migrated(made[-1], service, "before")
        return made[-1]

    yield make
    for database in made:
        databases.drop(database)


def run(database, statement, **values):
    with database.sessions().work() as work:
        return work.session.execute(text(statement), values)


def test_accounts_keep_their_names_and_are_found_as_before(empty):
    database = empty("identity")
    run(database, OLD_ACCOUNT, n=ROWS)
    run(database, OLD_ANSWER, n=ROWS)
    migrated(database, "identity", "head")
    with database.sessions().work() as work:
        for n in range(1, ROWS + 1):
            found = accounts.find("citizen", f"00119000001{n}", work)
            assert found.name == f'Nguyễn "Hoa" \\ {n}'
            assert found.identifier == f"00119000001{n}"
            assert found.phone == (f"+8491234567{n}" if n > 2 else None)
        assert work.session.query(Account).count() == ROWS
        [kind] = set(
            work.session.execute(text("SELECT pg_typeof(answer)::text FROM idempotency_keys")).scalars()
        )
        assert kind == "bytea"
        held = work.session.execute(
            text("SELECT answer FROM idempotency_keys WHERE scope = 'sign_up:1'")
        ).scalar_one()
        ring = keyring_of(work.session.connection().dialect)
        there = sealing.place("identity", "idempotency_keys", "answer", "sign_up:1/k")
        assert json.loads(ring.open(bytes(held), there)) == {"name": "Hoa"}


def test_forms_keep_their_answers(empty):
    database = empty("dossier")
    answers = {"họ tên": "Hoa", "con": [{"tuổi": 3}], "lời": 'a "b"\n'}
    run(database, OLD_DRAFT, n=ROWS, answers=json.dumps(answers))
    migrated(database, "dossier", "head")
    with database.sessions().work() as work:
        rows = work.session.query(Draft).all()
        assert [row.answers for row in rows] == [answers] * ROWS
        assert {str(row.delivery) for row in rows} == {"{}"}


def test_with_another_secret_than_that_of_the_keys_nothing_is_migrated(empty):
    database = empty("feedback")
    migrated(database, "feedback", "head")
    other = settings_for(database.url).__class__(
        "", database.url, "", "another secret of 32 characters or more"
    )
    with pytest.raises(BadSettings, match="DATA_SECRET"):
        migrated(database, "feedback", "head", settings=other)
