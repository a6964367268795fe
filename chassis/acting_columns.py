"""The columns in which a service keeps who acted for the subject: ids, no names."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column


class Acted:
    """A mapped class of something that somebody may have done for its owner; empty when the owner did it."""

    actor: Mapped[str | None] = mapped_column(sa.Uuid(as_uuid=False))
    acts_as: Mapped[str | None] = mapped_column(sa.String(20))
    actor_agency: Mapped[str | None] = mapped_column(sa.String(35))
    mandate: Mapped[str | None] = mapped_column(sa.Uuid(as_uuid=False))


def add_to(op: Any, table: str) -> None:
    """The columns, in a migration."""
    for name, kind in (
        ("actor", sa.Uuid(as_uuid=False)),
        ("acts_as", sa.String(20)),
        ("actor_agency", sa.String(35)),
        ("mandate", sa.Uuid(as_uuid=False)),
    ):
        op.add_column(table, sa.Column(name, kind))
