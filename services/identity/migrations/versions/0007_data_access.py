"""Who in office read whose personal data, when and what for: shown to the owner."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "data_access",
        sa.Column("id", sa.Uuid(as_uuid=False), primary_key=True),
        sa.Column("owner", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("reader", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("agency", sa.String(60), nullable=False),
        sa.Column("roles", postgresql.JSONB, nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("service", sa.String(40), nullable=False),
        sa.Column("dossier", sa.Uuid(as_uuid=False)),
        sa.Column("reference", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_data_access_owner_at_id", "data_access", ["owner", "at", "id"])
