"""Accounts, passwords, sessions and signing keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from chassis.migrations import create_messaging_tables

revision = "0001"
down_revision = None

ID = sa.Uuid(as_uuid=False)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_messaging_tables(op)
    create_accounts()
    create_sign_in()
    create_signing_keys()


def create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", ID, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("identifier", sa.String(50), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("phone", sa.String(20)),
        sa.Column("email", sa.String(254)),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_index("uq_accounts_kind_identifier", "accounts", ["kind", "identifier"], unique=True)
    op.create_index("ix_accounts_identifier", "accounts", ["identifier"])
    op.create_table(
        "citizens",
        sa.Column("account", ID, sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("birth_date", sa.String(10), nullable=False),
        sa.Column("sex", sa.String(10), nullable=False),
    )
    op.create_table(
        "businesses",
        sa.Column("account", ID, sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("representative_name", sa.String(200), nullable=False),
        sa.Column("representative_number", sa.String(12), nullable=False),
    )
    op.create_table(
        "appointments",
        sa.Column("id", ID, primary_key=True),
        sa.Column("account", ID, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("agency", sa.String(35), nullable=False),
        sa.Column("roles", JSONB, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("granted_by", sa.String(36), nullable=False),
        sa.Column("granted_at", MOMENT, nullable=False),
    )
    op.create_index("ix_appointments_account_valid_from", "appointments", ["account", "valid_from"])
    op.create_index("ix_appointments_agency", "appointments", ["agency"])


def create_sign_in() -> None:
    op.create_table(
        "passwords",
        sa.Column("account", ID, sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("hash", sa.String(200), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
    )
    op.create_table(
        "sign_in_tries",
        sa.Column("identifier_digest", sa.String(64), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
    )
    op.create_index("ix_sign_in_tries_last_at", "sign_in_tries", ["last_at"])
    op.create_table(
        "sessions",
        sa.Column("id", ID, primary_key=True),
        sa.Column("account", ID, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("acr", sa.String(20), nullable=False),
        sa.Column("signed_in_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("end_reason", sa.String(40)),
    )
    op.create_index("ix_sessions_account", "sessions", ["account"])
    op.create_index("ix_sessions_ends_at", "sessions", ["ends_at"])
    op.create_table(
        "refresh_tokens",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("session", ID, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
    )
    op.create_index("ix_refresh_tokens_session", "refresh_tokens", ["session"])


def create_signing_keys() -> None:
    op.create_table(
        "signing_keys",
        sa.Column("kid", sa.String(80), primary_key=True),
        sa.Column("public_jwk", JSONB, nullable=False),
        sa.Column("sealed_key", sa.Text, nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("not_after", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("clock_timestamp()"), nullable=False),
    )
