"""The tables of the feedback service."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.acting_columns import Acted
from chassis.agencies import Merging
from chassis.ids import new_id
from chassis.sealed import Sealed
from chassis.tables import declarative_base

if TYPE_CHECKING:

    class Base(DeclarativeBase): ...

else:
    Base = declarative_base("feedback")


class Agency(Merging, Base):
    """Copy of the catalogue's agencies."""

    __tablename__ = "agencies"

    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    name_en: Mapped[str] = mapped_column(String(300))
    sequence: Mapped[int]


class Dossier(Base):
    """Copy of what rating needs of a dossier; `finished_at` is null while it is being worked on."""

    __tablename__ = "dossiers"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    code: Mapped[str | None] = mapped_column(String(60), index=True)
    procedure: Mapped[str] = mapped_column(String(60))
    agency: Mapped[str] = mapped_column(String(60))
    owner: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    outcome: Mapped[str | None] = mapped_column(String(20))
    on_time: Mapped[str | None] = mapped_column(String(20))
    finished_at: Mapped[datetime | None]
    sequence: Mapped[int]


class Rating(Acted, Base):
    """What its owner thinks of a finished dossier; once."""

    __tablename__ = "ratings"
    __table_args__ = (
        Index("ix_ratings_agency_rated_at_id", "agency", "rated_at", "id"),
        Index("ix_ratings_owner_rated_at_id", "owner", "rated_at", "id"),
    )

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True, default=new_id)
    dossier: Mapped[str] = mapped_column(ForeignKey("dossiers.id"), unique=True)
    reference: Mapped[str] = mapped_column(String(40))
    agency: Mapped[str] = mapped_column(String(60))
    procedure: Mapped[str] = mapped_column(String(60))
    owner: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    #: indicator -> points, or null where unknown.
    points: Mapped[dict[str, Any]]
    comment = Sealed[str]()
    rated_at: Mapped[datetime]


class Tally(Base):
    """Points of an agency's day: satisfaction is read from here, however many ratings there are."""

    __tablename__ = "tallies"

    agency: Mapped[str] = mapped_column(String(60), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    indicator: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    points: Mapped[int]
    dossiers: Mapped[int]


class Petition(Base):
    __tablename__ = "petitions"
    __table_args__ = (
        Index("ix_petitions_agency_registered_at_id", "agency", "registered_at", "id"),
        Index("ix_petitions_registered_at_id", "registered_at", "id"),
    )

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    subject: Mapped[str] = mapped_column(String(20))
    title = Sealed[str]()
    content = Sealed[str]()
    #: The agency concerned.
    agency: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(20))
    publish_identity: Mapped[bool]
    registered_at: Mapped[datetime]
    transfer_due: Mapped[date]
    transferred_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    answer = Sealed[str | None](nullable=True)
    answered_by = Sealed[str | None](nullable=True)
    #: Whether everybody may read the petition with its answer (Điều 19).
    published: Mapped[bool] = mapped_column(default=False)
    ground: Mapped[str | None] = mapped_column(String(40))
    reason = Sealed[str | None](nullable=True)


class Petitioner(Acted, Base):
    """Who petitions: a table of its own, so that no reading of petitions touches it by accident."""

    __tablename__ = "petitioners"

    petition: Mapped[str] = mapped_column(ForeignKey("petitions.id"), primary_key=True)
    owner: Mapped[str] = mapped_column(Uuid(as_uuid=False), index=True)
    name = Sealed[str]()
    address = Sealed[str]()
    phone = Sealed[str]()
    email = Sealed[str | None](nullable=True)
