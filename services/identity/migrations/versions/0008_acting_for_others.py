"""Mandates, what proves them, and help at the desk."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"

ID = sa.Uuid(as_uuid=False)
MOMENT = sa.DateTime(timezone=True)


def account(name: str, nullable: bool = True) -> sa.Column[str]:
    return sa.Column(name, ID, sa.ForeignKey("accounts.id"), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "proofs",
        sa.Column("id", ID, primary_key=True),
        sa.Column("register", sa.String(20), nullable=False),
        account("asked_by", nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    op.create_table(
        "mandates",
        sa.Column("id", ID, primary_key=True),
        account("principal", nullable=False),
        account("delegate"),
        sa.Column("acts_as", sa.String(20), nullable=False),
        sa.Column("procedures", JSONB, nullable=False),
        sa.Column("actions", JSONB, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        account("granted_by", nullable=False),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.Column("revoked_by", ID),
        sa.Column("proof", ID, sa.ForeignKey("proofs.id")),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_mandates_principal", "mandates", ["principal", "id"])
    op.create_index("ix_mandates_delegate", "mandates", ["delegate", "id"])
    op.create_table(
        "assistances",
        sa.Column("id", ID, primary_key=True),
        account("helper", nullable=False),
        sa.Column("agency", sa.String(35), nullable=False),
        account("citizen"),
        sa.Column("procedure", sa.String(60), nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("ends_at", MOMENT),
        sa.Column("refused_at", MOMENT),
    )
    op.create_index("ix_assistances_citizen", "assistances", ["citizen", "id"])
    op.create_table(
        "help_codes",
        sa.Column("account", ID, primary_key=True),
        sa.Column("purpose", sa.String(80), primary_key=True),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("used_at", MOMENT),
    )
    op.create_index("ix_help_codes_issued_at", "help_codes", ["issued_at"])
