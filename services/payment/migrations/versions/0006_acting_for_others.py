"""Who paid for the owner of what is owed."""

from alembic import op

from chassis.acting_columns import add_to

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    add_to(op, "payments")
