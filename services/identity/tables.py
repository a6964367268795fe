"""Accounts, what they sign in with, their sessions, and the keys tokens are signed with."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Text, Uuid, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.ids import new_id
from chassis.tables import declarative_base

if TYPE_CHECKING:

    class Base(DeclarativeBase):
        """As the type checker sees it."""
else:
    Base = declarative_base()


def _id() -> Any:
    return mapped_column(Uuid(as_uuid=False), primary_key=True, default=new_id)


def _account(**options: Any) -> Any:
    return mapped_column(Uuid(as_uuid=False), ForeignKey("accounts.id"), **options)


class Account(Base):
    """Somebody who can sign in. `identifier`: personal number, tax code or user name, by kind."""

    __tablename__ = "accounts"
    __table_args__ = (Index("uq_accounts_kind_identifier", "kind", "identifier", unique=True),)

    id: Mapped[str] = _id()
    kind: Mapped[str] = mapped_column(String(20))
    identifier: Mapped[str] = mapped_column(String(50), index=True)
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    created_at: Mapped[datetime]


class Citizen(Base):
    """What is known of a citizen besides the account. Birth dates may be partial: kept as written."""

    __tablename__ = "citizens"

    account: Mapped[str] = _account(primary_key=True)
    birth_date: Mapped[str] = mapped_column(String(10))
    sex: Mapped[str] = mapped_column(String(10))


class Business(Base):
    __tablename__ = "businesses"

    account: Mapped[str] = _account(primary_key=True)
    representative_name: Mapped[str] = mapped_column(String(200))
    representative_number: Mapped[str] = mapped_column(String(12))


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


class UpstreamLink(Base):
    """A person of an upstream identity provider, by keyed digest of their TechID, and the account that is theirs."""

    __tablename__ = "upstream_links"
    __table_args__ = (Index("uq_upstream_links_issuer_account", "issuer", "account", unique=True),)

    issuer: Mapped[str] = mapped_column(String(200), primary_key=True)
    techid_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account: Mapped[str] = _account(index=True)
    linked_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    #: Somebody else came with the same number: how often, and when last.
    conflicts: Mapped[int] = mapped_column(default=0, server_default="0")
    last_conflict_at: Mapped[datetime | None]


class OneTimeCode(Base):
    """A code sent to somebody, for one purpose and one use; only its keyed digest is kept."""

    __tablename__ = "one_time_codes"
    __table_args__ = (Index("ix_one_time_codes_holder_purpose_made_at", "holder", "purpose", "made_at"),)

    id: Mapped[str] = _id()
    #: An account's id, or whatever else stands for the one who is asked.
    holder: Mapped[str] = mapped_column(String(80))
    purpose: Mapped[str] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    made_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class Message(Base):
    """A message to somebody that is still to be sent; the row goes when it was sent, or is too old to be of use."""

    __tablename__ = "messages"

    id: Mapped[str] = _id()
    channel: Mapped[str] = mapped_column(String(10))
    #: Recipient and words, as JSON.
    letter: Mapped[str] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    next_try_at: Mapped[datetime] = mapped_column(index=True)
    good_until: Mapped[datetime] = mapped_column(index=True)
