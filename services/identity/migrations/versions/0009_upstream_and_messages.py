"""Persons of an upstream provider linked to accounts; one-time codes; messages that are still to be sent."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "upstream_links",
        sa.Column("issuer", sa.String(200), primary_key=True),
        sa.Column("techid_digest", sa.String(64), primary_key=True),
        sa.Column("account", sa.Uuid, sa.ForeignKey("accounts.id"), nullable=False, index=True),
        sa.Column("linked_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=False),
        sa.Column("conflicts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("last_conflict_at", MOMENT),
    )
    op.create_index("uq_upstream_links_issuer_account", "upstream_links", ["issuer", "account"], unique=True)
    op.create_table(
        "one_time_codes",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("holder", sa.String(80), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("made_at", MOMENT, nullable=False, index=True),
        sa.Column("used_at", MOMENT),
    )
    op.create_index(
        "ix_one_time_codes_holder_purpose_made_at", "one_time_codes", ["holder", "purpose", "made_at"]
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("letter", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_try_at", MOMENT, nullable=False, index=True),
        sa.Column("good_until", MOMENT, nullable=False, index=True),
    )
