"""Personal data is sealed."""

from alembic import op

from chassis.sealing_migration import open_keyring, seal_columns, seal_idempotency_answers

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    ring = open_keyring(op)
    recipient = ("recipient_name", "recipient_phone", "recipient_address")
    seal_columns(op, ring, "postal", "consignments", *recipient, "signed_by")
    seal_columns(op, ring, "postal", "tracking_rows", "message")
    seal_idempotency_answers(op, ring, "postal")
