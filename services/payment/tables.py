"""What the payment service stores."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.acting_columns import Acted
from chassis.agencies import Merging
from chassis.ids import new_id
from chassis.sealed import Sealed
from chassis.tables import declarative_base

if TYPE_CHECKING:

    class Base(DeclarativeBase): ...

else:
    Base = declarative_base("payment")

_UUID = Uuid(as_uuid=False)


class Agency(Merging, Base):
    """The local copy of an agency's names, for receipts."""

    __tablename__ = "agencies"

    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int]


class Dossier(Base):
    """A dossier known here; its row is locked by whatever creates or cancels its obligations."""

    __tablename__ = "dossiers"

    id: Mapped[str] = mapped_column(_UUID, primary_key=True)
    closed_at: Mapped[datetime | None]


class Obligation(Base):
    """One fee or charge a dossier must pay."""

    __tablename__ = "obligations"
    __table_args__ = (
        UniqueConstraint("charged_by", "line"),
        Index("ix_obligations_dossier", "dossier", "created_at", "id"),
        Index("ix_obligations_owner", "owner", "created_at", "id"),
        Index("ix_obligations_reference", "reference"),
    )

    id: Mapped[str] = mapped_column(_UUID, primary_key=True, default=new_id)
    #: The event and its line that brought it about.
    charged_by: Mapped[str] = mapped_column(_UUID)
    line: Mapped[int] = mapped_column(SmallInteger)
    dossier: Mapped[str] = mapped_column(_UUID, ForeignKey("dossiers.id"))
    reference: Mapped[str] = mapped_column(String(40))
    procedure: Mapped[str] = mapped_column(String(60))
    agency: Mapped[str] = mapped_column(String(60))
    owner: Mapped[str] = mapped_column(_UUID)
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(20))
    amount: Mapped[int] = mapped_column(BigInteger)
    quantity: Mapped[int]
    unit_amount: Mapped[int] = mapped_column(BigInteger)
    collect: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20))
    #: The one attempt that may be under way.
    live_payment: Mapped[str | None] = mapped_column(_UUID)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(_UUID)
    receipt: Mapped[str | None] = mapped_column(String(80))
    cancelled_at: Mapped[datetime | None]
    #: Money taken for it when nothing was owed: after it was cancelled, or a second time.
    refund_due: Mapped[int] = mapped_column(BigInteger, server_default="0")


class Payment(Acted, Base):
    """One attempt to pay obligations of a dossier through a gateway."""

    __tablename__ = "payments"
    __table_args__ = (
        Index(
            "ix_payments_next_query_at", "next_query_at", postgresql_where=text("next_query_at IS NOT NULL")
        ),
        Index("ix_payments_refund_due", "id", postgresql_where=text("refund_due > 0")),
        Index("ix_payments_dossier", "dossier"),
    )

    id: Mapped[str] = mapped_column(_UUID, primary_key=True, default=new_id)
    gateway: Mapped[str] = mapped_column(String(20))
    #: What the gateway calls it (vnp_TxnRef).
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    dossier: Mapped[str] = mapped_column(_UUID, ForeignKey("dossiers.id"))
    agency: Mapped[str] = mapped_column(String(60))
    owner: Mapped[str] = mapped_column(_UUID)
    #: Who pays, as the receipt will say.
    payer = Sealed[str]()
    amount: Mapped[int] = mapped_column(BigInteger)
    info: Mapped[str] = mapped_column(String(255))
    language: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    #: When the gateway is asked next; none once its answer is final.
    next_query_at: Mapped[datetime | None]
    queries: Mapped[int]
    code: Mapped[str | None] = mapped_column(String(10))
    gateway_transaction: Mapped[str | None] = mapped_column(String(40))
    bank: Mapped[str | None] = mapped_column(String(40))
    paid_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(10))
    #: Money taken that nothing was owed for.
    refund_due: Mapped[int] = mapped_column(BigInteger)


class PaymentLine(Base):
    """What a payment is for."""

    __tablename__ = "payment_lines"

    payment: Mapped[str] = mapped_column(_UUID, ForeignKey("payments.id"), primary_key=True)
    obligation: Mapped[str] = mapped_column(_UUID, ForeignKey("obligations.id"), primary_key=True, index=True)
    amount: Mapped[int] = mapped_column(BigInteger)


class JournalEntry(Base):
    """An entry in the books. Entries are never changed or removed (a trigger sees to it)."""

    __tablename__ = "journal_entries"

    id: Mapped[str] = mapped_column(_UUID, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(20))
    booked_at: Mapped[datetime] = mapped_column(index=True)
    obligation: Mapped[str] = mapped_column(_UUID, ForeignKey("obligations.id"), index=True)
    payment: Mapped[str | None] = mapped_column(_UUID, ForeignKey("payments.id"), index=True)


class JournalPosting(Base):
    """One side of an entry; at commit its debits must equal its credits (a trigger sees to it)."""

    __tablename__ = "journal_postings"
    __table_args__ = (Index("ix_journal_postings_account", "account"),)

    entry: Mapped[str] = mapped_column(_UUID, ForeignKey("journal_entries.id"), primary_key=True)
    line: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    account: Mapped[str] = mapped_column(String(100))
    side: Mapped[str] = mapped_column(String(6))
    amount: Mapped[int] = mapped_column(BigInteger)


class ReceiptSeries(Base):
    """The last receipt number of an agency and year."""

    __tablename__ = "receipt_series"

    agency: Mapped[str] = mapped_column(String(60), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    last_serial: Mapped[int]


class Receipt(Base):
    """A receipt as issued; it keeps its own copy of everything printed on it."""

    __tablename__ = "receipts"
    __table_args__ = (UniqueConstraint("agency", "year", "serial"),)

    id: Mapped[str] = mapped_column(_UUID, primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    agency: Mapped[str] = mapped_column(String(60))
    year: Mapped[int] = mapped_column(SmallInteger)
    serial: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    collector: Mapped[str] = mapped_column(Text)
    collector_en: Mapped[str] = mapped_column(Text)
    payer = Sealed[str]()
    owner: Mapped[str] = mapped_column(_UUID)
    dossier: Mapped[str] = mapped_column(_UUID, ForeignKey("dossiers.id"), index=True)
    reference: Mapped[str] = mapped_column(String(40))
    procedure: Mapped[str] = mapped_column(String(60))
    payment: Mapped[str] = mapped_column(_UUID, ForeignKey("payments.id"), index=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    lines: Mapped[list[Any]]
    issued_at: Mapped[datetime]
