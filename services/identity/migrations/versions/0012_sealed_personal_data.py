"""Personal data is sealed; what it is found by is a keyed digest."""

import sqlalchemy as sa
from alembic import op

from chassis.sealing import Keyring
from chassis.sealing_migration import BATCH, open_keyring, seal_columns, seal_idempotency_answers

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    ring = open_keyring(op)
    op.drop_index("uq_accounts_kind_identifier", "accounts")
    op.drop_index("ix_accounts_identifier", "accounts")
    add_digests(op.get_bind(), ring)
    seal_columns(op, ring, "identity", "accounts", "identifier", "name", "phone", "email")
    seal_columns(op, ring, "identity", "citizens", "birth_date")
    seal_columns(op, ring, "identity", "businesses", "representative_name", "representative_number")
    op.alter_column("appointments", "reason", server_default=None)
    seal_columns(op, ring, "identity", "appointments", "reason", "end_reason")
    seal_columns(op, ring, "identity", "assistances", "purpose")
    seal_columns(op, ring, "identity", "messages", "letter")
    seal_columns(op, ring, "identity", "passkeys", "name")
    seal_columns(op, ring, "identity", "authorization_requests", "parameters")
    seal_idempotency_answers(op, ring, "identity")
    op.create_index("uq_accounts_kind_identifier", "accounts", ["kind", "identifier_digest"], unique=True)
    op.create_index("ix_accounts_identifier_digest", "accounts", ["identifier_digest"])


def add_digests(connection: sa.Connection, ring: Keyring) -> None:
    op.add_column("accounts", sa.Column("identifier_digest", sa.LargeBinary))
    update = sa.text("UPDATE accounts SET identifier_digest = :digest WHERE id = :id")
    after = "00000000-0000-0000-0000-000000000000"
    page = sa.text("SELECT id, identifier FROM accounts WHERE id > :after ORDER BY id LIMIT :limit")
    while rows := connection.execute(page, {"after": after, "limit": BATCH}).all():
        column = "identity/accounts/identifier"
        connection.execute(
            update, [{"id": row.id, "digest": ring.digest(row.identifier, column)} for row in rows]
        )
        after = rows[-1].id
    op.alter_column("accounts", "identifier_digest", nullable=False)
