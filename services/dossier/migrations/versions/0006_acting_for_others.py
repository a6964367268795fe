"""Who acted for the owner of a file, a draft, a dossier; a consent at the desk is for one dossier."""

import sqlalchemy as sa
from alembic import op

from chassis.acting_columns import add_to

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for table in ("files", "drafts", "dossiers", "timeline"):
        add_to(op, table)
    helped = sa.text("acts_as = 'helper'")
    op.create_index("uq_dossiers_consent", "dossiers", ["mandate"], unique=True, postgresql_where=helped)
