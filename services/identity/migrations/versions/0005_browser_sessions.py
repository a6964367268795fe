"""Sessions of browsers: found by a cookie, ended when idle, with what proved the person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("sessions", sa.Column("cookie_digest", sa.String(64)))
    op.create_index("uq_sessions_cookie_digest", "sessions", ["cookie_digest"], unique=True)
    op.add_column("sessions", sa.Column("authenticated_at", moment))
    op.add_column("sessions", sa.Column("last_used_at", moment))
    op.execute("UPDATE sessions SET authenticated_at = signed_in_at, last_used_at = signed_in_at")
    op.alter_column("sessions", "authenticated_at", nullable=False)
    op.alter_column("sessions", "last_used_at", nullable=False)
    op.add_column("sessions", sa.Column("amr", JSONB, nullable=False, server_default="[]"))
    op.add_column("sessions", sa.Column("device", sa.String(100)))
