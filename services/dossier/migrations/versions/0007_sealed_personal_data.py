"""Personal data is sealed."""

from alembic import op

from chassis.sealing_migration import open_keyring, seal_columns, seal_idempotency_answers

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    ring = open_keyring(op)
    seal_columns(op, ring, "dossier", "files", "name")
    seal_columns(op, ring, "dossier", "drafts", "answers", "delivery")
    people = ("owner_name", "owner_identity", "received_by")
    seal_columns(op, ring, "dossier", "dossiers", *people, "answers", "delivery", "reason")
    seal_columns(op, ring, "dossier", "results", "name", "number")
    seal_columns(op, ring, "dossier", "supplements", "papers", "reason")
    seal_columns(op, ring, "dossier", "timeline", "who", "vi", "en", "note")
    seal_idempotency_answers(op, ring, "dossier")
