"""Files, drafts, dossiers and what belongs to them, code counters, local copies."""

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
    create_drafts()
    create_dossiers()
    create_papers_and_results()
    create_money()
    create_history()
    op.create_table(
        "code_counters",
        sa.Column("agency", sa.String(35), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )


def create_copies() -> None:
    op.create_table(
        "agencies",
        sa.Column("code", sa.String(35), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    op.create_table(
        "procedure_versions",
        sa.Column("id", ID, primary_key=True),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("version_no", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.UniqueConstraint("code", "version_no"),
    )
    op.create_table(
        "procedure_withdrawals",
        sa.Column("code", sa.String(60), primary_key=True),
        sa.Column("valid_to", sa.Date, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )


def create_drafts() -> None:
    op.create_table(
        "files",
        sa.Column("id", ID, primary_key=True),
        sa.Column("object", sa.String(200), nullable=False, unique=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("owner", ID, nullable=False),
        sa.Column("agency", sa.String(35), nullable=False),
        sa.Column("scan_state", sa.String(20), nullable=False),
        sa.Column("uploaded_at", MOMENT, nullable=False),
    )
    op.create_table(
        "drafts",
        sa.Column("id", ID, primary_key=True),
        sa.Column("owner", ID, nullable=False),
        sa.Column("procedure", sa.String(60), nullable=False),
        sa.Column("agency", sa.String(35), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("answers", JSONB, nullable=False),
        sa.Column("papers", JSONB, nullable=False),
        sa.Column("delivery", JSONB, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_drafts_owner", "drafts", ["owner", "updated_at", "id"])


def create_dossiers() -> None:
    op.create_table(
        "dossiers",
        sa.Column("id", ID, primary_key=True),
        sa.Column("reference", sa.String(20), nullable=False, unique=True),
        sa.Column("code", sa.String(60), unique=True),
        sa.Column("procedure", sa.String(60), nullable=False),
        sa.Column("procedure_version", ID, sa.ForeignKey("procedure_versions.id"), nullable=False),
        sa.Column("agency", sa.String(35), nullable=False),
        sa.Column("owner", ID, nullable=False),
        sa.Column("owner_kind", sa.String(20), nullable=False),
        sa.Column("owner_name", sa.String(200), nullable=False),
        sa.Column("owner_identity", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("answers", JSONB, nullable=False),
        sa.Column("delivery", JSONB, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("step", JSONB),
        sa.Column("waiting_on", sa.String(20)),
        sa.Column("act_by", MOMENT, nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT),
        sa.Column("due_at", MOMENT),
        sa.Column("paused_at", MOMENT),
        sa.Column("decided_at", MOMENT),
        sa.Column("decision", sa.String(20)),
        sa.Column("reason", sa.Text),
        sa.Column("posted_at", MOMENT),
        sa.Column("received_by", sa.String(200)),
        sa.Column("finished_at", MOMENT),
        sa.Column("on_time", sa.String(10)),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_dossiers_owner", "dossiers", ["owner", "submitted_at", "id"])
    op.create_index("ix_dossiers_agency_state", "dossiers", ["agency", "state", "act_by", "id"])
    op.create_index(
        "ix_dossiers_inbox",
        "dossiers",
        ["agency", "waiting_on", "act_by", "id"],
        postgresql_where=sa.text("waiting_on IS NOT NULL"),
    )


def create_papers_and_results() -> None:
    op.create_table(
        "papers",
        sa.Column("id", ID, primary_key=True),
        _dossier(),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("file", ID, sa.ForeignKey("files.id"), nullable=False),
        sa.Column("handed_in_at", MOMENT, nullable=False),
        sa.Column("replaced_at", MOMENT),
    )
    op.create_index("ix_papers_dossier", "papers", ["dossier"])
    op.create_table(
        "results",
        sa.Column("id", ID, primary_key=True),
        _dossier(),
        sa.Column("code", sa.String(60)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("number", sa.String(100)),
        sa.Column("file", ID, sa.ForeignKey("files.id")),
    )
    op.create_index("ix_results_dossier", "results", ["dossier"])


def create_money() -> None:
    op.create_table(
        "charges",
        sa.Column("id", ID, primary_key=True),
        _dossier(),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("unit_amount", sa.BigInteger, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("collect", sa.String(20), nullable=False),
    )
    op.create_index("ix_charges_dossier", "charges", ["dossier"])
    op.create_table(
        "obligations",
        sa.Column("id", ID, primary_key=True),
        _dossier(),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("collect", sa.String(20)),
        sa.Column("receipt", sa.String(60)),
        sa.Column("paid_at", MOMENT),
    )
    op.create_index("ix_obligations_dossier", "obligations", ["dossier"])


def create_history() -> None:
    op.create_table(
        "supplements",
        sa.Column("dossier", ID, sa.ForeignKey("dossiers.id"), primary_key=True),
        sa.Column("papers", JSONB, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("from_state", sa.SmallInteger, nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT),
        sa.Column("due_before", MOMENT),
        sa.Column("due_after", MOMENT),
    )
    op.create_table(
        "timeline",
        sa.Column("id", ID, primary_key=True),
        _dossier(),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("agency", sa.String(35), nullable=False),
        sa.Column("vi", sa.Text, nullable=False),
        sa.Column("en", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
    )
    op.create_index("ix_timeline_dossier", "timeline", ["dossier", "at", "id"])


def _dossier() -> sa.Column[str]:
    return sa.Column("dossier", ID, sa.ForeignKey("dossiers.id"), nullable=False)
