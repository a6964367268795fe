"""Refresh tokens have a generation, so that the one before the current can be told from older ones."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("sessions", sa.Column("generation", sa.Integer, nullable=False, server_default="0"))
    op.add_column("refresh_tokens", sa.Column("generation", sa.Integer, nullable=False, server_default="0"))
