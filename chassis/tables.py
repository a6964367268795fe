"""The tables every service owns: outbox, inbox, idempotency, who may still come in, keys of personal data."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.ids import new_id
from chassis.sealed import Sealed

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def declarative_base(service: str) -> type[DeclarativeBase]:
    """A declarative base of a service's own, which already holds the messaging tables."""

    class Base(DeclarativeBase):
        metadata = MetaData(naming_convention=NAMING, info={"service": service})
        type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy as declared
            datetime: DateTime(timezone=True),
            dict[str, Any]: JSONB,
            list[Any]: JSONB,
        }

        def __init__(self, **values: Any) -> None:
            # The id comes first: what is sealed is bound to it.
            key = self.__mapper__.primary_key
            own = {"id": new_id()} if key[0].key == "id" and key[0].default is not None else {}
            own |= {column.key: values[column.key] for column in key if column.key in values}
            self.registry.constructor(self, **own, **{n: v for n, v in values.items() if n not in own})

    class Outbox(Base):
        """Events of committed changes, until the relay has them confirmed by the broker."""

        __tablename__ = "outbox"
        __table_args__ = (
            Index(
                "ix_outbox_waiting",
                "position",
                postgresql_where=text("published_at IS NULL"),
            ),
            Index("uq_outbox_subject_sequence", "subject", "sequence", unique=True),
        )

        position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
        id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
        type: Mapped[str] = mapped_column(String(120))
        subject: Mapped[str] = mapped_column(String(80))
        sequence: Mapped[int] = mapped_column(Integer)
        consumed: Mapped[bool] = mapped_column(Boolean)
        body: Mapped[str] = mapped_column(Text)
        created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
        published_at: Mapped[datetime | None]
        held_until: Mapped[datetime | None]

    class Stream(Base):
        """The last sequence of each aggregate: gap-free, taken in the transaction of the change."""

        __tablename__ = "outbox_streams"

        subject: Mapped[str] = mapped_column(String(80), primary_key=True)
        sequence: Mapped[int] = mapped_column(Integer)

    class Inbox(Base):
        """Events already applied."""

        __tablename__ = "inbox"

        event: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
        type: Mapped[str] = mapped_column(String(120))
        applied_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"), index=True)

    class IdempotencyKey(Base):
        """A command's answer, kept so that the same key gets the same answer."""

        __tablename__ = "idempotency_keys"

        scope: Mapped[str] = mapped_column(String(160), primary_key=True)
        key: Mapped[str] = mapped_column(String(255), primary_key=True)
        body_hash: Mapped[str] = mapped_column(String(64))
        answer = Sealed[Any](nullable=True)
        created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"), index=True)

    class TokenKey(Base):
        """Public keys of the identity service: the local copy tokens are verified with."""

        __tablename__ = "token_keys"

        kid: Mapped[str] = mapped_column(String(80), primary_key=True)
        public_jwk: Mapped[dict[str, Any]]
        not_before: Mapped[datetime]
        not_after: Mapped[datetime | None]
        sequence: Mapped[int] = mapped_column(Integer)

    class WithdrawnAccess(Base):
        """Access tokens that count no longer, told by the identity service: those of `holder` given before a moment."""

        __tablename__ = "withdrawn_access"

        #: `account:<id>` or `session:<id>`.
        holder: Mapped[str] = mapped_column(String(80), primary_key=True)
        before: Mapped[datetime]
        told_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"), index=True)

    class DataKey(Base):
        """A key that personal data is sealed with, itself sealed with the service's DATA_SECRET."""

        __tablename__ = "data_keys"

        kid: Mapped[str] = mapped_column(String(40), primary_key=True)
        sealed: Mapped[str] = mapped_column(Text)
        #: From when it seals: later than it is made, so that every process knows it by then.
        seals_from: Mapped[datetime]
        created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    return Base
