from alembic import command
from alembic.script import ScriptDirectory

from chassis.migrations import config_for, differences
from services.identity.all_tables import Base
from tests.support.databases import settings_for


def test_the_migrations_make_what_the_code_expects(make_database):
    assert differences(Base.metadata, make_database("identity").sessions().engine) == []


def test_appointments_of_before_stay_in_force(databases):
    database = databases.empty("identity")
    config = config_for("identity", database.url)
    ours = next(
        script
        for script in ScriptDirectory.from_config(config).walk_revisions()
        if script.path.endswith("_appointments_and_agencies.py")
    )
    config.attributes["settings"] = settings_for(database.url)
    command.upgrade(config, str(ours.down_revision))
    engine = database.sessions().engine
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE appointments DROP CONSTRAINT fk_appointments_account")
        connection.exec_driver_sql(
            "INSERT INTO appointments (id, account, agency, roles, valid_from, granted_by, granted_at)"
            " VALUES (gen_random_uuid(), gen_random_uuid(), 'A', '[\"desk\"]', '2026-01-01', 'somebody', '2026-01-01Z')"
        )
    command.upgrade(config, "head")
    with engine.connect() as connection:
        kept = connection.exec_driver_sql(
            "SELECT state, proposed_by, proposed_at = granted_at AS as_granted, steps, version FROM appointments"
        ).one()
    assert tuple(kept) == ("approved", "somebody", True, {}, 1)
    databases.drop(database)
