"""A dossier's result may be posted again: several consignments per dossier, one of them under way."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("consignments", sa.Column("posting", sa.Integer, nullable=False, server_default="1"))
    op.execute("UPDATE consignments SET ended_at = since WHERE state = 'lost' AND ended_at IS NULL")
    op.create_unique_constraint("uq_consignments_dossier_posting", "consignments", ["dossier", "posting"])
    op.create_index(
        "uq_consignments_under_way",
        "consignments",
        ["dossier"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_constraint("uq_consignments_dossier", "consignments", type_="unique")
