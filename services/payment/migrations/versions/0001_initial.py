"""Copies, obligations, payments, the journal and the receipts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from chassis.migrations import create_messaging_tables

revision = "0001"
down_revision = None

ID = sa.Uuid(as_uuid=False)
MOMENT = sa.DateTime(timezone=True)
AGENCY = sa.String(60)


def upgrade() -> None:
    create_messaging_tables(op)
    create_copies()
    create_obligations()
    create_payments()
    create_journal()
    create_receipts()


def create_copies() -> None:
    op.create_table(
        "agencies",
        sa.Column("code", AGENCY, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    op.create_table(
        "dossiers",
        sa.Column("id", ID, primary_key=True),
        sa.Column("closed_at", MOMENT),
    )


def create_obligations() -> None:
    op.create_table(
        "obligations",
        sa.Column("id", ID, primary_key=True),
        sa.Column("charged_by", ID, nullable=False),
        sa.Column("line", sa.SmallInteger, nullable=False),
        sa.Column("dossier", ID, sa.ForeignKey("dossiers.id"), nullable=False),
        sa.Column("reference", sa.String(40), nullable=False),
        sa.Column("procedure", sa.String(60), nullable=False),
        sa.Column("agency", AGENCY, nullable=False),
        sa.Column("owner", ID, nullable=False),
        sa.Column("owner_name", sa.String(200), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("unit_amount", sa.BigInteger, nullable=False),
        sa.Column("collect", sa.String(40), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("live_payment", ID),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT),
        sa.Column("settled_by", ID),
        sa.Column("receipt", sa.String(80)),
        sa.Column("cancelled_at", MOMENT),
        sa.UniqueConstraint("charged_by", "line", name="uq_obligations_charged_by_line"),
        sa.CheckConstraint("amount > 0", name="positive"),
    )
    op.create_index("ix_obligations_dossier", "obligations", ["dossier", "created_at", "id"])
    op.create_index("ix_obligations_owner", "obligations", ["owner", "created_at", "id"])
    op.create_index("ix_obligations_reference", "obligations", ["reference"])


def create_payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", ID, primary_key=True),
        sa.Column("gateway", sa.String(20), nullable=False),
        sa.Column("reference", sa.String(40), nullable=False, unique=True),
        sa.Column("dossier", ID, sa.ForeignKey("dossiers.id"), nullable=False),
        sa.Column("agency", AGENCY, nullable=False),
        sa.Column("owner", ID, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("info", sa.String(255), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("next_query_at", MOMENT),
        sa.Column("queries", sa.Integer, nullable=False),
        sa.Column("code", sa.String(10)),
        sa.Column("gateway_transaction", sa.String(40)),
        sa.Column("bank", sa.String(40)),
        sa.Column("paid_at", MOMENT),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("confirmed_by", sa.String(10)),
        sa.Column("refund_due", sa.BigInteger, nullable=False),
        sa.CheckConstraint("amount > 0 AND refund_due BETWEEN 0 AND amount", name="amounts"),
    )
    waiting = sa.text("next_query_at IS NOT NULL")
    op.create_index("ix_payments_next_query_at", "payments", ["next_query_at"], postgresql_where=waiting)
    op.create_index("ix_payments_refund_due", "payments", ["id"], postgresql_where=sa.text("refund_due > 0"))
    op.create_index("ix_payments_dossier", "payments", ["dossier"])
    op.create_table(
        "payment_lines",
        sa.Column("payment", ID, sa.ForeignKey("payments.id"), primary_key=True),
        sa.Column("obligation", ID, sa.ForeignKey("obligations.id"), primary_key=True, index=True),
        sa.Column("amount", sa.BigInteger, nullable=False),
    )


def create_journal() -> None:
    op.create_table(
        "journal_entries",
        sa.Column("id", ID, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("booked_at", MOMENT, nullable=False, index=True),
        sa.Column("obligation", ID, sa.ForeignKey("obligations.id"), nullable=False, index=True),
        sa.Column("payment", ID, sa.ForeignKey("payments.id"), index=True),
    )
    op.create_table(
        "journal_postings",
        sa.Column("entry", ID, sa.ForeignKey("journal_entries.id"), primary_key=True),
        sa.Column("line", sa.SmallInteger, primary_key=True),
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("side", sa.String(6), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.CheckConstraint("amount > 0 AND side IN ('debit', 'credit')", name="amount"),
    )
    op.create_index("ix_journal_postings_account", "journal_postings", ["account"])
    keep_the_journal_balanced()
    keep_the_journal_unchanged()


def keep_the_journal_balanced() -> None:
    op.execute(
        "CREATE FUNCTION journal_balances() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF (SELECT sum(CASE side WHEN 'debit' THEN amount ELSE -amount END)"
        " FROM journal_postings WHERE entry = NEW.entry) <> 0 THEN"
        " RAISE EXCEPTION 'journal entry % does not balance', NEW.entry USING ERRCODE = 'check_violation';"
        " END IF; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER journal_balances AFTER INSERT ON journal_postings"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION journal_balances()"
    )


def keep_the_journal_unchanged() -> None:
    op.execute(
        "CREATE FUNCTION journal_is_final() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'the journal is never changed' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in ("journal_entries", "journal_postings"):
        op.execute(
            f"CREATE TRIGGER journal_is_final BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION journal_is_final()"
        )


def create_receipts() -> None:
    op.create_table(
        "receipt_series",
        sa.Column("agency", AGENCY, primary_key=True),
        sa.Column("year", sa.SmallInteger, primary_key=True),
        sa.Column("last_serial", sa.Integer, nullable=False),
    )
    op.create_table(
        "receipts",
        sa.Column("id", ID, primary_key=True),
        sa.Column("number", sa.String(80), nullable=False, unique=True),
        sa.Column("agency", AGENCY, nullable=False),
        sa.Column("year", sa.SmallInteger, nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("collector", sa.Text, nullable=False),
        sa.Column("collector_en", sa.Text, nullable=False),
        sa.Column("payer", sa.String(200), nullable=False),
        sa.Column("owner", ID, nullable=False),
        sa.Column("dossier", ID, sa.ForeignKey("dossiers.id"), nullable=False, index=True),
        sa.Column("reference", sa.String(40), nullable=False),
        sa.Column("procedure", sa.String(60), nullable=False),
        sa.Column("payment", ID, sa.ForeignKey("payments.id"), nullable=False, index=True),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("lines", JSONB, nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.UniqueConstraint("agency", "year", "serial", name="uq_receipts_agency_year_serial"),
    )
