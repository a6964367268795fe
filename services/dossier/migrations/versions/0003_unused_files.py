"""Files that nothing uses are found by their date, and what uses a file by its id."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("files", sa.Column("settled", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index("ix_files_loose", "files", ["uploaded_at", "id"], postgresql_where=sa.text("NOT settled"))
    op.create_index("ix_papers_file", "papers", ["file"])
    op.create_index("ix_results_file", "results", ["file"])
    op.create_table(
        "dropped_objects",
        sa.Column("object", sa.String(200), primary_key=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=False),
    )
