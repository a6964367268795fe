"""The index of words takes new versions at once: a pending list would be read through by every search."""

from alembic import op

revision = "0002"
down_revision = "0001"

INDEX = "ix_procedure_versions_search_words"


def upgrade() -> None:
    op.execute(f"ALTER INDEX {INDEX} SET (fastupdate = off)")
    op.execute(f"SELECT gin_clean_pending_list('{INDEX}')")
