"""What the dossier service stores."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.acting_columns import Acted
from chassis.agencies import Merging
from chassis.ids import new_id
from chassis.sealed import Sealed
from chassis.tables import declarative_base

if TYPE_CHECKING:

    class Base(DeclarativeBase):
        """As mypy sees it."""
else:
    Base = declarative_base("dossier")


def _id() -> Mapped[str]:
    return mapped_column(Uuid(as_uuid=False), primary_key=True, default=new_id)


def _dossier() -> Mapped[str]:
    return mapped_column(Uuid(as_uuid=False), ForeignKey("dossiers.id"), index=True)


class File(Acted, Base):
    """An uploaded file: its content is in the object store under `object`."""

    __tablename__ = "files"
    __table_args__ = (Index("ix_files_loose", "uploaded_at", "id", postgresql_where=text("NOT settled")),)

    id: Mapped[str] = _id()
    object: Mapped[str] = mapped_column(String(200), unique=True)
    name = Sealed[str]()
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    owner: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    agency: Mapped[str] = mapped_column(String(35))  # of the official who uploaded it, else empty
    scan_state: Mapped[str] = mapped_column(String(20))
    uploaded_at: Mapped[datetime]
    #: A dossier has it, for good: whether it is used need not be asked again.
    settled: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class DroppedObject(Base):
    """Content that no file names any more, still to be deleted from the object store."""

    __tablename__ = "dropped_objects"

    object: Mapped[str] = mapped_column(String(200), primary_key=True)
    dropped_at: Mapped[datetime]


class Draft(Acted, Base):
    """A dossier being prepared by its owner; gone once it is submitted."""

    __tablename__ = "drafts"
    __table_args__ = (Index("ix_drafts_owner", "owner", "updated_at", "id"),)

    id: Mapped[str] = _id()
    owner: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    procedure: Mapped[str] = mapped_column(String(60))
    agency: Mapped[str] = mapped_column(String(35))
    channel: Mapped[str] = mapped_column(String(20))
    answers = Sealed[dict[str, Any]]()
    papers: Mapped[list[Any]]
    delivery = Sealed[dict[str, Any]]()
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy as declared


class Dossier(Acted, Base):
    """A submitted dossier."""

    __tablename__ = "dossiers"
    __table_args__ = (
        Index("ix_dossiers_owner", "owner", "submitted_at", "id"),
        Index("ix_dossiers_agency_state", "agency", "state", "act_by", "id"),
        # The desk's inbox only ever holds what is open, however many dossiers are closed.
        Index(
            "ix_dossiers_inbox",
            *("agency", "waiting_on", "act_by", "id"),
            postgresql_where=text("waiting_on IS NOT NULL"),
        ),
        # A citizen's consent at the desk is for one dossier.
        Index("uq_dossiers_consent", "mandate", unique=True, postgresql_where=text("acts_as = 'helper'")),
    )

    id: Mapped[str] = _id()
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    code: Mapped[str | None] = mapped_column(String(60), unique=True)
    procedure: Mapped[str] = mapped_column(String(60))
    procedure_version: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("procedure_versions.id"))
    agency: Mapped[str] = mapped_column(String(35))
    owner: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    owner_kind: Mapped[str] = mapped_column(String(20))
    owner_name = Sealed[str]()
    owner_identity = Sealed[str]()
    channel: Mapped[str] = mapped_column(String(20))
    answers = Sealed[dict[str, Any]]()
    delivery = Sealed[dict[str, Any]]()
    state: Mapped[int] = mapped_column(SmallInteger)
    step: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    waiting_on: Mapped[str | None] = mapped_column(String(20))  # the role whose turn it is
    act_by: Mapped[datetime]  # what the inbox is sorted by: reception limit, then due date
    submitted_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None] = mapped_column(String(20))
    reason = Sealed[str | None](nullable=True)  # of a refusal, rejection, withdrawal or suspension
    posted_at: Mapped[datetime | None]
    received_by = Sealed[str | None](nullable=True)  # who took the result
    finished_at: Mapped[datetime | None]
    on_time: Mapped[str | None] = mapped_column(String(10))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy as declared


class Paper(Base):
    """A paper handed in with a dossier; a supplement replaces earlier ones of its code."""

    __tablename__ = "papers"

    id: Mapped[str] = _id()
    dossier: Mapped[str] = _dossier()
    code: Mapped[str] = mapped_column(String(60))
    file: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("files.id"), index=True)
    handed_in_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]


class Result(Base):
    """A result of a dossier: a file, or a paper known by its number."""

    __tablename__ = "results"

    id: Mapped[str] = _id()
    dossier: Mapped[str] = _dossier()
    code: Mapped[str | None] = mapped_column(String(60))
    name = Sealed[str]()
    number = Sealed[str | None](nullable=True)
    file: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("files.id"), index=True)


class Charge(Base):
    """A fee the dossier owes."""

    __tablename__ = "charges"

    id: Mapped[str] = _id()
    dossier: Mapped[str] = _dossier()
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(20))
    unit_amount: Mapped[int] = mapped_column(BigInteger)
    quantity: Mapped[int]
    amount: Mapped[int] = mapped_column(BigInteger)
    collect: Mapped[str] = mapped_column(String(20))


class Obligation(Base):
    """What the payment service told about a dossier's money."""

    __tablename__ = "obligations"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    dossier: Mapped[str] = _dossier()
    amount: Mapped[int] = mapped_column(BigInteger)
    collect: Mapped[str | None] = mapped_column(String(20))
    receipt: Mapped[str | None] = mapped_column(String(60))
    paid_at: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(server_default="0")


class Supplement(Base):
    """The one request for further papers a dossier may get: its key makes a second one impossible."""

    __tablename__ = "supplements"

    dossier: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("dossiers.id"), primary_key=True)
    papers = Sealed[list[Any]]()  # [{code, note}]
    reason = Sealed[str]()
    from_state: Mapped[int] = mapped_column(SmallInteger)
    requested_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    due_before: Mapped[datetime | None]
    due_after: Mapped[datetime | None]


class TimelineEntry(Acted, Base):
    """What happened to a dossier, as shown to its owner and its agency."""

    __tablename__ = "timeline"
    __table_args__ = (Index("ix_timeline_dossier", "dossier", "at", "id"),)

    id: Mapped[str] = _id()
    dossier: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("dossiers.id"))
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(40))
    state: Mapped[int] = mapped_column(SmallInteger)
    who = Sealed[str]()
    role: Mapped[str] = mapped_column(String(20))
    agency: Mapped[str] = mapped_column(String(35))
    #: Texts name people, and reasons are told in them.
    vi = Sealed[str]()
    en = Sealed[str]()
    note = Sealed[str | None](nullable=True)  # for the agency's eyes only
    #: What another service's news is about, so that it is entered once.
    about: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))


class CodeCounter(Base):
    """The last number an agency gave out on a day."""

    __tablename__ = "code_counters"

    agency: Mapped[str] = mapped_column(String(35), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


class ProcedureVersion(Base):
    """A published version of a procedure: a local copy whose rules (content) never change."""

    __tablename__ = "procedure_versions"
    __table_args__ = (UniqueConstraint("code", "version_no"),)

    id: Mapped[str] = _id()
    code: Mapped[str] = mapped_column(String(60))
    version_no: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    content: Mapped[dict[str, Any]]
    sequence: Mapped[int]


class ProcedureWithdrawal(Base):
    """A procedure was withdrawn: no version published before that is in force after this day."""

    __tablename__ = "procedure_withdrawals"

    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    valid_to: Mapped[date]
    sequence: Mapped[int]


class Agency(Merging, Base):
    """A local copy of an agency."""

    __tablename__ = "agencies"

    code: Mapped[str] = mapped_column(String(35), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    sequence: Mapped[int]
