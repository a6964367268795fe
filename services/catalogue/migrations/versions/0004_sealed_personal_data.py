"""Stored answers are sealed."""

from alembic import op

from chassis.sealing_migration import open_keyring, seal_idempotency_answers

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    ring = open_keyring(op)
    seal_idempotency_answers(op, ring, "catalogue")
