"""Accounts, what they sign in with, their sessions, and the keys tokens are signed with."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Text, Uuid, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.ids import new_id
from chassis.sealed import Digest, Sealed
from chassis.tables import declarative_base

if TYPE_CHECKING:

    class Base(DeclarativeBase):
        """As the type checker sees it."""
else:
    Base = declarative_base("identity")


def _id() -> Any:
    return mapped_column(Uuid(as_uuid=False), primary_key=True, default=new_id)


def _account(**options: Any) -> Any:
    return mapped_column(Uuid(as_uuid=False), ForeignKey("accounts.id"), **options)


class Account(Base):
    """Somebody who can sign in. `identifier`: personal number, tax code or user name, by kind."""

    __tablename__ = "accounts"
    __table_args__ = (Index("uq_accounts_kind_identifier", "kind", "identifier_digest", unique=True),)

    id: Mapped[str] = _id()
    kind: Mapped[str] = mapped_column(String(20))
    identifier = Sealed[str]()
    #: What accounts are found by: compared with an identifier.
    identifier_digest: Mapped[str] = mapped_column(Digest("identity/accounts/identifier"), index=True)
    name = Sealed[str]()
    phone = Sealed[str | None](nullable=True)
    email = Sealed[str | None](nullable=True)
    created_at: Mapped[datetime]


class Citizen(Base):
    """What is known of a citizen besides the account. Birth dates may be partial: kept as written."""

    __tablename__ = "citizens"

    account: Mapped[str] = _account(primary_key=True)
    birth_date = Sealed[str]()
    sex: Mapped[str] = mapped_column(String(10))


class Business(Base):
    __tablename__ = "businesses"

    account: Mapped[str] = _account(primary_key=True)
    representative_name = Sealed[str]()
    representative_number = Sealed[str]()


class Appointment(Base):
    """An official's place at one agency, with its roles, from a day to a day."""

    __tablename__ = "appointments"
    __table_args__ = (Index("ix_appointments_account_valid_from", "account", "valid_from"),)

    id: Mapped[str] = _id()
    account: Mapped[str] = _account()
    agency: Mapped[str] = mapped_column(String(35), index=True)
    roles: Mapped[list[Any]]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    granted_by: Mapped[str] = mapped_column(String(36))
    granted_at: Mapped[datetime]


class Password(Base):
    __tablename__ = "passwords"

    account: Mapped[str] = _account(primary_key=True)
    hash: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime]


class SignInTries(Base):
    """Tries since the last success, by keyed digest: people also type other secrets into that field."""

    __tablename__ = "sign_in_tries"

    identifier_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)


class Session(Base):
    """One sign-in on one device, until signed out, unused too long or simply too old."""

    __tablename__ = "sessions"

    id: Mapped[str] = _id()
    account: Mapped[str] = _account(index=True)
    acr: Mapped[str] = mapped_column(String(20))
    signed_in_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(40))
    #: Which of its refresh tokens may be used, and since when.
    generation: Mapped[int] = mapped_column(default=0, server_default="0")


class RefreshToken(Base):
    """Good for one use; only its digest is kept."""

    __tablename__ = "refresh_tokens"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    session: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("sessions.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    generation: Mapped[int] = mapped_column(default=0, server_default="0")


class SigningKey(Base):
    """A key pair; the private half is encrypted with a key derived from IDENTITY_SECRET."""

    __tablename__ = "signing_keys"

    kid: Mapped[str] = mapped_column(String(80), primary_key=True)
    public_jwk: Mapped[dict[str, Any]]
    sealed_key: Mapped[str] = mapped_column(Text)
    not_before: Mapped[datetime]
    not_after: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
