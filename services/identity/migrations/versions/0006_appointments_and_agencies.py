"""Appointments are proposed and approved by two people, may be limited to steps, and follow mergers of agencies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for column in (
        sa.Column("steps", JSONB, nullable=False, server_default=sa.text("'{}'")),
        # What there is was in force without a second person and stays so.
        sa.Column("state", sa.String(20), nullable=False, server_default="approved"),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("proposed_by", sa.String(36), nullable=False, server_default=""),
        sa.Column("proposed_at", MOMENT, nullable=False, server_default=sa.text("clock_timestamp()")),
        sa.Column("ended_by", sa.String(36)),
        sa.Column("ended_at", MOMENT),
        sa.Column("end_reason", sa.Text),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    ):
        op.add_column("appointments", column)
    op.execute("UPDATE appointments SET proposed_by = granted_by, proposed_at = granted_at")
    op.alter_column("appointments", "granted_by", nullable=True)
    op.alter_column("appointments", "granted_at", nullable=True)
    op.create_index("ix_appointments_state", "appointments", ["state"])
    op.create_table(
        "agencies",
        sa.Column("code", sa.String(35), primary_key=True),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("merged_into", sa.String(35)),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    op.add_column("sessions", sa.Column("agency", sa.String(35)))
