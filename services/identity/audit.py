"""What was tried at the doors of this service and how it ended: only ever added to, and without personal data."""

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Identity, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.work import Work
from services.identity.tables import Base
from services.identity.vault import Vault

#: The database lets nobody change an entry, nor remove one before this has passed.
KEPT = timedelta(days=365)


class AuditEntry(Base):
    __tablename__ = "audit_entries"

    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    what: Mapped[str] = mapped_column(String(40))
    #: `ok`, or the error's code.
    outcome: Mapped[str] = mapped_column(String(60))
    client: Mapped[str | None] = mapped_column(String(60), index=True)
    account: Mapped[str | None] = mapped_column(String(36), index=True)
    #: Keyed: the same address can be recognised, and not read.
    address_digest: Mapped[str | None] = mapped_column(String(64))


def record(
    work: Work,
    what: str,
    outcome: str,
    *,
    client: str | None = None,
    account: str | None = None,
    address: str = "",
    vault: Vault | None = None,
) -> None:
    """One entry, committed with the work."""
    digest = vault.digest(f"address {address}") if vault and address else None
    work.add(
        AuditEntry(
            at=work.clock.now(),
            what=what,
            outcome=outcome,
            client=client,
            account=account,
            address_digest=digest,
        )
    )
