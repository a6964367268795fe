"""Consignments, the carrier's tracking and its cursor."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import create_messaging_tables

revision = "0001"
down_revision = None

ID = sa.Uuid(as_uuid=False)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_messaging_tables(op)
    create_consignments()
    create_tracking()
    op.create_table(
        "agencies",
        sa.Column("code", sa.String(60), primary_key=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )


def create_consignments() -> None:
    op.create_table(
        "consignments",
        sa.Column("id", ID, primary_key=True),
        sa.Column("dossier", ID, nullable=False, unique=True),
        sa.Column("reference", sa.String(40), nullable=False),
        sa.Column("order_number", sa.String(60), nullable=False, unique=True),
        sa.Column("agency", sa.String(60), nullable=False),
        sa.Column("owner", ID, nullable=False),
        sa.Column("recipient_name", sa.String(200), nullable=False),
        sa.Column("recipient_phone", sa.String(40), nullable=False),
        sa.Column("recipient_address", sa.String(500), nullable=False),
        sa.Column("description", sa.String(500), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.Column("handed_over_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("tracking", sa.String(60)),
        sa.Column("signed_by", sa.String(200)),
        sa.Column("flagged", sa.Boolean, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try_at", MOMENT),
        sa.Column("last_error", sa.String(200)),
    )
    op.create_index("ix_consignments_reference", "consignments", ["reference"])
    op.create_index(
        "ix_consignments_owner_registered_at_id", "consignments", ["owner", "registered_at", "id"]
    )
    op.create_index(
        "ix_consignments_agency_registered_at_id", "consignments", ["agency", "registered_at", "id"]
    )
    op.create_index("ix_consignments_registered_at_id", "consignments", ["registered_at", "id"])
    op.create_index(
        "ix_consignments_to_hand_over",
        "consignments",
        ["next_try_at"],
        postgresql_where=sa.text("next_try_at IS NOT NULL"),
    )


def create_tracking() -> None:
    op.create_table(
        "tracking_rows",
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column("order_number", sa.String(60), nullable=False),
        sa.Column("consignment", ID, sa.ForeignKey("consignments.id")),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("happened_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
    )
    op.create_index("ix_tracking_rows_order_number", "tracking_rows", ["order_number"])
    op.create_index("ix_tracking_rows_consignment", "tracking_rows", ["consignment"])
    op.create_table(
        "cursors",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("last_id", sa.String(24), nullable=False),
        sa.Column("moved_at", MOMENT, nullable=False),
    )
