"""Second factors, devices known to their owners, and sign-ins under way."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"

_moment = sa.DateTime(timezone=True)
_uuid = sa.Uuid(as_uuid=False)


def _account(**options: Any) -> sa.Column[str]:
    return sa.Column("account", _uuid, sa.ForeignKey("accounts.id"), **options)


def upgrade() -> None:
    op.add_column(
        "accounts", sa.Column("proofing", sa.String(20), nullable=False, server_default="self-asserted")
    )
    op.add_column("passwords", sa.Column("short", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("sessions", sa.Column("device_id", _uuid))
    op.create_table(
        "authenticators",
        _account(primary_key=True),
        sa.Column("sealed_secret", sa.Text, nullable=False),
        sa.Column("confirmed_at", _moment),
        sa.Column("last_step", sa.BigInteger, nullable=False, server_default="0"),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", _uuid, primary_key=True),
        _account(nullable=False, index=True),
        sa.Column("credential_id", sa.Text, nullable=False),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("synced", sa.Boolean, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("created_at", _moment, nullable=False),
        sa.Column("last_used_at", _moment),
        sa.UniqueConstraint("credential_id", name="uq_passkeys_credential_id"),
    )
    op.create_table(
        "recovery_codes",
        _account(primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("used_at", _moment),
    )
    op.create_table(
        "devices",
        sa.Column("id", _uuid, primary_key=True),
        _account(nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("first_seen_at", _moment, nullable=False),
        sa.Column("last_seen_at", _moment, nullable=False, index=True),
        sa.UniqueConstraint("account", "digest", name="uq_devices_account_digest"),
    )
    op.create_table(
        "ceremonies",
        sa.Column("digest", sa.String(64), primary_key=True),
        _account(nullable=True),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("kept", JSONB, nullable=False),
        sa.Column("expires_at", _moment, nullable=False, index=True),
    )
    op.create_table(
        "address_tries",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("since", _moment, nullable=False, index=True),
    )
