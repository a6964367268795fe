"""An obligation tells what is to be refunded for it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("obligations", sa.Column("refund_due", sa.BigInteger, nullable=False, server_default="0"))
    op.create_check_constraint("refund_due", "obligations", "refund_due >= 0")
    op.execute(
        "UPDATE obligations SET refund_due = booked.amount FROM ("
        " SELECT obligation, sum(amount) AS amount FROM journal_entries JOIN journal_postings ON entry = id"
        " WHERE kind = 'overpaid' AND side = 'credit' GROUP BY obligation"
        ") booked WHERE booked.obligation = obligations.id"
    )
