"""Personal data is sealed."""

from alembic import op

from chassis.sealing_migration import open_keyring, seal_columns, seal_idempotency_answers

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    ring = open_keyring(op)
    seal_columns(op, ring, "payment", "obligations", "owner_name")
    seal_columns(op, ring, "payment", "receipts", "payer")
    seal_idempotency_answers(op, ring, "payment")
