"""The tables of the postal service."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.agencies import Merging
from chassis.ids import new_id
from chassis.sealed import Sealed
from chassis.tables import declarative_base

if TYPE_CHECKING:

    class Base(DeclarativeBase): ...

else:
    Base = declarative_base("postal")


class Consignment(Base):
    """One result on its way home, posted again after a failure; one parcel per order number at the carrier."""

    __tablename__ = "consignments"
    __table_args__ = (
        UniqueConstraint("dossier", "posting"),
        Index("uq_consignments_under_way", "dossier", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_consignments_owner_registered_at_id", "owner", "registered_at", "id"),
        Index("ix_consignments_agency_registered_at_id", "agency", "registered_at", "id"),
        Index("ix_consignments_registered_at_id", "registered_at", "id"),
        Index(
            "ix_consignments_to_hand_over",
            "next_try_at",
            postgresql_where=text("next_try_at IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True, default=new_id)
    dossier: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    #: The how-manieth time that this dossier's result is posted.
    posting: Mapped[int] = mapped_column(default=1, server_default="1")
    reference: Mapped[str] = mapped_column(String(40), index=True)
    order_number: Mapped[str] = mapped_column(String(60), unique=True)
    agency: Mapped[str] = mapped_column(String(60))
    owner: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    recipient_name = Sealed[str]()
    recipient_phone = Sealed[str]()
    recipient_address = Sealed[str]()
    description: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(30))
    since: Mapped[datetime]
    registered_at: Mapped[datetime]
    handed_over_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    tracking: Mapped[str | None] = mapped_column(String(60))
    signed_by = Sealed[str | None](nullable=True)
    #: The carrier reported something we have no name for: somebody should look.
    flagged: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    #: When the carrier is asked (again) to take the parcel; null once that is settled.
    next_try_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(200))


class TrackingRow(Base):
    """What the carrier told, word for word, in the order told; also about orders that are not ours."""

    __tablename__ = "tracking_rows"

    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    order_number: Mapped[str] = mapped_column(String(60), index=True)
    consignment: Mapped[str | None] = mapped_column(ForeignKey("consignments.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    #: The carrier's own words, which may name who took the parcel.
    message = Sealed[str]()
    happened_at: Mapped[datetime]
    received_at: Mapped[datetime]


class Cursor(Base):
    """How far the carrier's tracking has been read; moves in the commit of the effects."""

    __tablename__ = "cursors"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    last_id: Mapped[str] = mapped_column(String(24))
    moved_at: Mapped[datetime]


class Agency(Merging, Base):
    """Copy of the catalogue's agencies: the name a parcel is sent under."""

    __tablename__ = "agencies"

    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    sequence: Mapped[int]
