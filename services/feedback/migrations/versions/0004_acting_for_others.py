"""Who rated or petitioned for somebody."""

from alembic import op

from chassis.acting_columns import add_to

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    add_to(op, "ratings")
    add_to(op, "petitioners")
