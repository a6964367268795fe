"""Which agency became part of which, and when: whose objects an official reaches."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("agencies", sa.Column("merged_into", sa.String(60)))
    op.create_index("ix_agencies_merged_into", "agencies", ["merged_into"])
