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
    __table_args__ = (
        Index("uq_accounts_kind_identifier", "kind", "identifier", unique=True),
        Index("uq_accounts_tech_id", "tech_id", unique=True),
    )

    id: Mapped[str] = _id()
    kind: Mapped[str] = mapped_column(String(20))
    identifier: Mapped[str] = mapped_column(String(50), index=True)
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    created_at: Mapped[datetime]
    #: What other systems know the account by (TechID): random, made once, says nothing.
    tech_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), server_default=text("gen_random_uuid()"))


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
    __table_args__ = (Index("uq_sessions_cookie_digest", "cookie_digest", unique=True),)

    id: Mapped[str] = _id()
    account: Mapped[str] = _account(index=True)
    acr: Mapped[str] = mapped_column(String(20))
    signed_in_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    end_reason: Mapped[str | None] = mapped_column(String(40))
    #: Which of its refresh tokens may be used, and since when.
    generation: Mapped[int] = mapped_column(default=0, server_default="0")
    #: A browser's: what its cookie is known by.
    cookie_digest: Mapped[str | None] = mapped_column(String(64))
    #: When the person last proved who it is; `acr` and `amr` (RFC 8176) say how.
    authenticated_at: Mapped[datetime]
    amr: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    last_used_at: Mapped[datetime]
    #: Browser and system in a few words, for their owner to know it by.
    device: Mapped[str | None] = mapped_column(String(100))


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
    """A key pair; the private half is encrypted with a key derived from IDENTITY_SECRET.

    `purpose`: `platform` for the access tokens of our own services, `provider` for what other organisations get.
    """

    __tablename__ = "signing_keys"

    kid: Mapped[str] = mapped_column(String(80), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20), default="platform", server_default="platform")
    public_jwk: Mapped[dict[str, Any]]
    sealed_key: Mapped[str] = mapped_column(Text)
    not_before: Mapped[datetime]
    not_after: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
