"""Personal data is sealed."""

from alembic import op

from chassis.sealing_migration import open_keyring, seal_columns, seal_idempotency_answers

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    ring = open_keyring(op)
    seal_columns(op, ring, "feedback", "ratings", "comment")
    seal_columns(op, ring, "feedback", "petitions", "title", "content", "answer", "answered_by", "reason")
    seal_columns(op, ring, "feedback", "petitioners", "name", "address", "phone", "email")
    seal_idempotency_answers(op, ring, "feedback")
