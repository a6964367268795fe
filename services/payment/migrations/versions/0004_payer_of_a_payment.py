"""The payer's name is kept with the payment; events do not tell the owner's any more."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("payments", sa.Column("payer", sa.String(200)))
    # A payment that is under way takes the name its receipt would have had.
    op.execute(
        "UPDATE payments SET payer = coalesce((SELECT min(o.owner_name) FROM payment_lines l"
        " JOIN obligations o ON o.id = l.obligation WHERE l.payment = payments.id), '')"
    )
    op.alter_column("payments", "payer", nullable=False)
    op.drop_column("obligations", "owner_name")
