"""Accounts, what they sign in with, their sessions, and the keys tokens are signed with."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, Uuid, false, text
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
    #: How the identity behind it was proven: `self-asserted`, or `verified` by a state's e-ID or at a desk.
    proofing: Mapped[str] = mapped_column(String(20), default="self-asserted", server_default="self-asserted")


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
    #: Too short to stand alone: it is asked for together with a second factor, always.
    short: Mapped[bool] = mapped_column(default=False, server_default=false())


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
    ended_at: Mapped[datetime | None]
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
    device_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))


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


class Authenticator(Base):
    """An app that makes time-based codes (RFC 6238); its secret is encrypted like the signing keys."""

    __tablename__ = "authenticators"

    account: Mapped[str] = _account(primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(Text)
    #: Since when it counts: once a first code of it was typed in.
    confirmed_at: Mapped[datetime | None]
    #: The time step of the last code taken; none is taken twice.
    last_step: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class Passkey(Base):
    """A WebAuthn credential, with the name its owner gave it."""

    __tablename__ = "passkeys"
    __table_args__ = (UniqueConstraint("credential_id"),)

    id: Mapped[str] = _id()
    account: Mapped[str] = _account(index=True)
    credential_id: Mapped[str] = mapped_column(Text)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    #: Copied between devices by its provider, or bound to one.
    synced: Mapped[bool]
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """Good for one use, when the other factor is lost; only a keyed digest is kept."""

    __tablename__ = "recovery_codes"

    account: Mapped[str] = _account(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime | None]


class Device(Base):
    """A browser its owner signed in with before: strangers' tries do not count against it."""

    __tablename__ = "devices"
    __table_args__ = (UniqueConstraint("account", "digest", name="uq_devices_account_digest"),)

    id: Mapped[str] = _id()
    account: Mapped[str] = _account()
    digest: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(100))
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)


class Ceremony(Base):
    """What a browser is in the middle of, by the digest of its cookie: a password proven, a challenge given."""

    __tablename__ = "ceremonies"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account: Mapped[str | None] = _account()
    stage: Mapped[str] = mapped_column(String(20))
    kept: Mapped[dict[str, Any]]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class AddressTries(Base):
    """What was tried from one address since a moment, by keyed digest."""

    __tablename__ = "address_tries"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    since: Mapped[datetime] = mapped_column(index=True)
