"""Alembic for every service: the environment, and the messaging tables that start each history."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, MetaData
from sqlalchemy.dialects.postgresql import JSONB

from chassis import data_keys
from chassis.database import create_service_engine
from chassis.settings import Settings

#: Bounded waits: a migration that cannot have its lock fails instead of queueing everybody behind it.
LOCK_TIMEOUT = "4s"
STATEMENT_TIMEOUT = "60s"
_MIGRATION_LOCK = 7_203_110_001


def config_for(service: str, database_url: str) -> Config:
    package = __import__(f"services.{service}", fromlist=["__path__"])
    config = Config()
    config.set_main_option("script_location", str(Path(next(iter(package.__path__))) / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["database_url"] = database_url
    return config


def upgrade(service: str, settings: Settings) -> None:
    config = config_for(service, settings.database_url)
    config.attributes["settings"] = settings
    command.upgrade(config, "head")


def run(metadata: MetaData) -> None:
    """The body of every service's env.py."""
    settings: Settings = context.config.attributes["settings"]
    engine = create_service_engine(settings, pool_size=1)
    with engine.connect() as connection:
        # Another migration of this database may take its time; then ours finds nothing left to do.
        connection.execute(sa.text("SET lock_timeout = 0"))
        connection.execute(sa.text("SET statement_timeout = 0"))
        connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": _MIGRATION_LOCK})
        connection.execute(sa.text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(sa.text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
        connection.commit()
        context.configure(connection=connection, target_metadata=metadata, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()
        # Fails now, and not at the first request, when DATA_SECRET is not the one there are keys of.
        data_keys.make_first(connection, settings)
        connection.commit()
    engine.dispose()


def extension(op: Any, name: str) -> None:
    """A trusted extension, which the database's owner may install."""
    op.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")


def create_messaging_tables(op: Any) -> None:
    """Outbox, inbox, idempotency keys and token keys: the first act of every service's history."""
    now = sa.text("clock_timestamp()")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "outbox",
        sa.Column("position", sa.BigInteger, sa.Identity(always=True)),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("type", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("consumed", sa.Boolean, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", moment, server_default=now, nullable=False),
        sa.Column("published_at", moment),
        sa.Column("held_until", moment),
        sa.PrimaryKeyConstraint("position", name="pk_outbox"),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["position"],
        postgresql_where=sa.text("published_at IS NULL"),
    )
    op.create_index("uq_outbox_subject_sequence", "outbox", ["subject", "sequence"], unique=True)
    op.create_table(
        "outbox_streams",
        sa.Column("subject", sa.String(80)),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_outbox_streams"),
    )
    op.create_table(
        "inbox",
        sa.Column("event", sa.Uuid(as_uuid=False)),
        sa.Column("type", sa.String(120), nullable=False),
        sa.Column("applied_at", moment, server_default=now, nullable=False),
        sa.PrimaryKeyConstraint("event", name="pk_inbox"),
    )
    op.create_index("ix_inbox_applied_at", "inbox", ["applied_at"])
    op.create_table(
        "idempotency_keys",
        sa.Column("scope", sa.String(160)),
        sa.Column("key", sa.String(255)),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("created_at", moment, server_default=now, nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])
    op.create_table(
        "token_keys",
        sa.Column("kid", sa.String(80)),
        sa.Column("public_jwk", JSONB, nullable=False),
        sa.Column("not_before", moment, nullable=False),
        sa.Column("not_after", moment),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("kid", name="pk_token_keys"),
    )
    _wake_the_relay(op)


def create_key_tables(op: Any) -> None:
    """Withdrawn access and the keys of personal data."""
    now = sa.text("clock_timestamp()")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "withdrawn_access",
        sa.Column("holder", sa.String(80)),
        sa.Column("before", moment, nullable=False),
        sa.Column("told_at", moment, server_default=now, nullable=False),
        sa.PrimaryKeyConstraint("holder", name="pk_withdrawn_access"),
    )
    op.create_index("ix_withdrawn_access_told_at", "withdrawn_access", ["told_at"])
    op.create_table(
        "data_keys",
        sa.Column("kid", sa.String(40)),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("seals_from", moment, nullable=False),
        sa.Column("created_at", moment, server_default=now, nullable=False),
        sa.PrimaryKeyConstraint("kid", name="pk_data_keys"),
    )


def _wake_the_relay(op: Any) -> None:
    op.execute(
        "CREATE FUNCTION outbox_notify() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_notify('outbox', ''); RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER outbox_notify AFTER INSERT ON outbox"
        " FOR EACH STATEMENT EXECUTE FUNCTION outbox_notify()"
    )


def differences(metadata: MetaData, engine: Engine) -> Sequence[Any]:
    """What the tables in code and in the database disagree on (for tests)."""
    from alembic.autogenerate import compare_metadata

    with engine.connect() as connection:
        migration = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(migration, metadata))
