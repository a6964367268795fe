"""Copies of dossiers and agencies, ratings with their tallies, petitions and petitioners."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from chassis.migrations import create_messaging_tables

revision = "0001"
down_revision = None

ID = sa.Uuid(as_uuid=False)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_messaging_tables(op)
    create_copies()
    create_ratings()
    create_petitions()


def create_copies() -> None:
    op.create_table(
        "agencies",
        sa.Column("code", sa.String(60), primary_key=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("name_en", sa.String(300), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    op.create_table(
        "dossiers",
        sa.Column("id", ID, primary_key=True),
        sa.Column("reference", sa.String(40), nullable=False, unique=True),
        sa.Column("code", sa.String(60)),
        sa.Column("procedure", sa.String(60), nullable=False),
        sa.Column("agency", sa.String(60), nullable=False),
        sa.Column("owner", ID, nullable=False),
        sa.Column("outcome", sa.String(20)),
        sa.Column("on_time", sa.String(20)),
        sa.Column("finished_at", MOMENT),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    op.create_index("ix_dossiers_code", "dossiers", ["code"])


def create_ratings() -> None:
    op.create_table(
        "ratings",
        sa.Column("id", ID, primary_key=True),
        sa.Column("dossier", ID, sa.ForeignKey("dossiers.id"), nullable=False, unique=True),
        sa.Column("reference", sa.String(40), nullable=False),
        sa.Column("agency", sa.String(60), nullable=False),
        sa.Column("procedure", sa.String(60), nullable=False),
        sa.Column("owner", ID, nullable=False),
        sa.Column("points", JSONB, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("rated_at", MOMENT, nullable=False),
    )
    op.create_index("ix_ratings_agency_rated_at_id", "ratings", ["agency", "rated_at", "id"])
    op.create_index("ix_ratings_owner_rated_at_id", "ratings", ["owner", "rated_at", "id"])
    op.create_table(
        "tallies",
        sa.Column("agency", sa.String(60), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("indicator", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("dossiers", sa.Integer, nullable=False),
    )


def create_petitions() -> None:
    op.create_table(
        "petitions",
        sa.Column("id", ID, primary_key=True),
        sa.Column("reference", sa.String(40), nullable=False, unique=True),
        sa.Column("subject", sa.String(20), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("agency", sa.String(60), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("publish_identity", sa.Boolean, nullable=False),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.Column("transfer_due", sa.Date, nullable=False),
        sa.Column("transferred_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("answer", sa.Text),
        sa.Column("answered_by", sa.String(200)),
        sa.Column("published", sa.Boolean, nullable=False),
        sa.Column("ground", sa.String(40)),
        sa.Column("reason", sa.Text),
    )
    op.create_index("ix_petitions_agency_registered_at_id", "petitions", ["agency", "registered_at", "id"])
    op.create_index("ix_petitions_registered_at_id", "petitions", ["registered_at", "id"])
    op.create_table(
        "petitioners",
        sa.Column("petition", ID, sa.ForeignKey("petitions.id"), primary_key=True),
        sa.Column("owner", ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("email", sa.String(254)),
    )
    op.create_index("ix_petitioners_owner", "petitioners", ["owner"])
