"""Personal data is sealed."""

from alembic import op

from chassis.sealing_migration import open_keyring, seal_columns, seal_idempotency_answers

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    ring = open_keyring(op)
    seal_columns(op, ring, "payment", "payments", "payer")
    seal_columns(op, ring, "payment", "receipts", "payer")
    seal_idempotency_answers(op, ring, "payment")
