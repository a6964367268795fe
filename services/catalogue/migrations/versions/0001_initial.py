"""Agencies, places, procedures and their dated versions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

from chassis.migrations import create_messaging_tables, extension

revision = "0001"
down_revision = None

TRIGRAMS = "gist_trgm_ops(siglen=64)"


def upgrade() -> None:
    extension(op, "pg_trgm")
    extension(op, "btree_gist")
    create_messaging_tables(op)
    create_agencies()
    create_places()
    create_procedures()
    create_versions()


def create_agencies() -> None:
    op.create_table(
        "agencies",
        sa.Column("code", sa.String(35)),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.Column("short_code", sa.String(35), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("name_en", sa.String(300)),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("parent", sa.String(35)),
        sa.Column("place", sa.String(10)),
        sa.Column("merged_into", sa.String(35)),
        sa.PrimaryKeyConstraint("code", "valid_from", name="pk_agencies"),
    )
    op.create_index("ix_agencies_parent", "agencies", ["parent"])
    op.create_index("ix_agencies_short_code", "agencies", ["short_code"])


def create_places() -> None:
    op.create_table(
        "places",
        sa.Column("code", sa.String(10)),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("parent", sa.String(10)),
        sa.Column("search_name", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("code", "valid_from", name="pk_places"),
    )
    op.create_index("ix_places_parent", "places", ["parent"])
    op.create_index(
        "ix_places_search_name",
        "places",
        ["search_name"],
        postgresql_using="gist",
        postgresql_ops={"search_name": TRIGRAMS},
    )


def create_procedures() -> None:
    op.create_table(
        "procedures",
        sa.Column("code", sa.String(50)),
        sa.Column("last_version_no", sa.Integer, nullable=False),
        sa.Column("import_digest", sa.String(64)),
        sa.PrimaryKeyConstraint("code", name="pk_procedures"),
    )


def create_versions() -> None:
    documents = ("receiving", "channels", "papers", "fees", "results", "steps", "legal_bases", "details")
    op.create_table(
        "procedure_versions",
        sa.Column("id", sa.Uuid(as_uuid=False)),
        sa.Column("code", sa.String(50), nullable=False),
        sa.Column("version_no", sa.Integer, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text),
        sa.Column("decision_number", sa.Text),
        sa.Column("field", sa.Text),
        sa.Column("agency", sa.String(35), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("acr", sa.String(20), nullable=False),
        *(sa.Column(name, JSONB, nullable=False) for name in documents),
        sa.Column("remarks", JSONB, nullable=False),
        sa.Column("search_title", sa.Text, nullable=False),
        sa.Column("search_words", TSVECTOR, nullable=False),
        sa.Column("search_field", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_procedure_versions"),
        sa.ForeignKeyConstraint(["code"], ["procedures.code"], name="fk_procedure_versions_code"),
        sa.UniqueConstraint("code", "version_no", name="uq_procedure_versions_code_version_no"),
    )
    # The last guard against two versions on one day; a version closed before its first day is an empty range.
    op.execute(
        "ALTER TABLE procedure_versions ADD CONSTRAINT ex_procedure_versions_one_a_day"
        " EXCLUDE USING gist (code WITH =, daterange(valid_from, valid_to + 1) WITH &&)"
    )
    op.create_index(
        "ix_procedure_versions_search_title",
        "procedure_versions",
        ["search_title"],
        postgresql_using="gist",
        postgresql_ops={"search_title": TRIGRAMS},
    )
    op.create_index(
        "ix_procedure_versions_search_words", "procedure_versions", ["search_words"], postgresql_using="gin"
    )
    op.create_index("ix_procedure_versions_agency", "procedure_versions", ["agency"])
    op.create_index("ix_procedure_versions_search_field", "procedure_versions", ["search_field"])
