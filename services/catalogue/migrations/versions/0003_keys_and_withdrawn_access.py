"""Tokens that count no longer, and the keys of personal data."""

from alembic import op

from chassis.migrations import create_key_tables

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    create_key_tables(op)
