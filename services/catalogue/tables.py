"""The catalogue's tables: everything legal carries the days it is valid."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid, and_, or_
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.expression import ColumnElement, text

from chassis.ids import new_id
from chassis.tables import declarative_base

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase

    class Base(DeclarativeBase):
        """What `declarative_base` makes, as type checkers know it."""

else:
    Base = declarative_base("catalogue")

TRIGRAMS = "gist_trgm_ops(siglen=64)"


def in_force(table: Any, day: date) -> ColumnElement[bool]:
    """The rows valid on a day."""
    return and_(table.valid_from <= day, or_(table.valid_to.is_(None), table.valid_to >= day))


class Agency(Base):
    """An agency over one stretch of time: a new name or a new parent is a new row."""

    __tablename__ = "agencies"
    __table_args__ = (Index("ix_agencies_parent", "parent"), Index("ix_agencies_short_code", "short_code"))

    code: Mapped[str] = mapped_column(String(35), primary_key=True)
    valid_from: Mapped[date] = mapped_column(Date, primary_key=True)
    valid_to: Mapped[date | None] = mapped_column(Date)
    short_code: Mapped[str] = mapped_column(String(35))
    name: Mapped[str] = mapped_column(String(300))
    name_en: Mapped[str | None] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(30))
    parent: Mapped[str | None] = mapped_column(String(35))
    place: Mapped[str | None] = mapped_column(String(10))
    merged_into: Mapped[str | None] = mapped_column(String(35))


class Place(Base):
    """A province or commune, by its statistics code."""

    __tablename__ = "places"
    __table_args__ = (
        Index("ix_places_parent", "parent"),
        Index(
            "ix_places_search_name",
            "search_name",
            postgresql_using="gist",
            postgresql_ops={"search_name": TRIGRAMS},
        ),
    )

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    valid_from: Mapped[date] = mapped_column(Date, primary_key=True)
    valid_to: Mapped[date | None] = mapped_column(Date)
    name: Mapped[str] = mapped_column(String(200))
    level: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(30))
    parent: Mapped[str | None] = mapped_column(String(10))
    search_name: Mapped[str] = mapped_column(String(200))


class Procedure(Base):
    """A procedure's own row: held while one of its versions is published, so that numbers never race."""

    __tablename__ = "procedures"

    code: Mapped[str] = mapped_column(String(50), primary_key=True)
    last_version_no: Mapped[int] = mapped_column(Integer)
    #: Fingerprint of the last imported row: importing the same row again changes nothing.
    import_digest: Mapped[str | None] = mapped_column(String(64))


class ProcedureVersion(Base):
    """A procedure as published for a stretch of time."""

    __tablename__ = "procedure_versions"
    __table_args__ = (
        UniqueConstraint("code", "version_no"),
        ExcludeConstraint(
            ("code", "="),
            (text("daterange(valid_from, valid_to + 1)"), "&&"),
            name="ex_procedure_versions_one_a_day",
            using="gist",
        ),
        Index(
            "ix_procedure_versions_search_title",
            "search_title",
            postgresql_using="gist",
            postgresql_ops={"search_title": TRIGRAMS},
        ),
        Index(
            "ix_procedure_versions_search_words",
            "search_words",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
        Index("ix_procedure_versions_agency", "agency"),
        Index("ix_procedure_versions_search_field", "search_field"),
    )

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(ForeignKey("procedures.code"))
    version_no: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    published_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str | None] = mapped_column(Text)
    decision_number: Mapped[str | None] = mapped_column(Text)
    field: Mapped[str | None] = mapped_column(Text)
    agency: Mapped[str] = mapped_column(String(35))
    level: Mapped[str] = mapped_column(String(20))
    acr: Mapped[str] = mapped_column(String(20))
    receiving: Mapped[list[Any]] = mapped_column(JSONB)
    channels: Mapped[list[Any]] = mapped_column(JSONB)
    papers: Mapped[list[Any]] = mapped_column(JSONB)
    fees: Mapped[list[Any]] = mapped_column(JSONB)
    results: Mapped[list[Any]] = mapped_column(JSONB)
    steps: Mapped[list[Any]] = mapped_column(JSONB)
    legal_bases: Mapped[list[Any]] = mapped_column(JSONB)
    #: Texts and lists that only readers use: order of work, requirements, applicants, notes, search keywords.
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    #: What the importer doubted in this version, for a person to review.
    remarks: Mapped[list[Any]] = mapped_column(JSONB)
    search_title: Mapped[str] = mapped_column(Text)
    search_words: Mapped[str] = mapped_column(TSVECTOR)
    search_field: Mapped[str] = mapped_column(Text)
