"""Obligations carry the sequence they were told under, timeline entries the obligation they are about."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# Every paid obligation has its entry: which of a dossier's entries is whose makes no difference.
_TELL_PAID_ENTRIES = """
    UPDATE timeline SET about = pair.obligation
    FROM (
        SELECT entry.id AS entry, paid.id AS obligation
        FROM (
            SELECT id, dossier, row_number() OVER (PARTITION BY dossier ORDER BY at, id) AS n
            FROM timeline WHERE what = 'pay'
        ) entry
        JOIN (
            SELECT id, dossier, row_number() OVER (PARTITION BY dossier ORDER BY paid_at, id) AS n
            FROM obligations WHERE paid_at IS NOT NULL
        ) paid ON paid.dossier = entry.dossier AND paid.n = entry.n
    ) pair
    WHERE timeline.id = pair.entry
"""


def upgrade() -> None:
    op.add_column("obligations", sa.Column("sequence", sa.Integer, nullable=False, server_default="0"))
    op.add_column("timeline", sa.Column("about", sa.Uuid(as_uuid=False)))
    # An obligation is told when it comes into being, and next when it is settled.
    op.execute("UPDATE obligations SET sequence = CASE WHEN paid_at IS NULL THEN 1 ELSE 2 END")
    op.execute(_TELL_PAID_ENTRIES)
