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


class Proof(Base):
    """What a register was asked and when; of its answer only a keyed digest, to compare with later."""

    __tablename__ = "proofs"

    id: Mapped[str] = _id()
    register: Mapped[str] = mapped_column(String(20))
    asked_by: Mapped[str] = _account()
    asked_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))


class Mandate(Base):
    """One account may act for another, within a scope and a time."""

    __tablename__ = "mandates"
    __table_args__ = (
        Index("ix_mandates_principal", "principal", "id"),
        Index("ix_mandates_delegate", "delegate", "id"),
    )

    id: Mapped[str] = _id()
    principal: Mapped[str] = _account()
    #: Nobody, when the number it was sent to has no account; who sent it must not learn that.
    delegate: Mapped[str | None] = _account()
    acts_as: Mapped[str] = mapped_column(String(20))
    procedures: Mapped[list[Any]]
    actions: Mapped[list[Any]]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    granted_by: Mapped[str] = _account()
    granted_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    proof: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("proofs.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy as declared


class Assistance(Base):
    """An official asks to file something with a citizen at the desk; the citizen's code is the consent."""

    __tablename__ = "assistances"
    __table_args__ = (Index("ix_assistances_citizen", "citizen", "id"),)

    id: Mapped[str] = _id()
    helper: Mapped[str] = _account()
    agency: Mapped[str] = mapped_column(String(35))
    #: Nobody, when the number has no account; the helper must not learn that.
    citizen: Mapped[str | None] = _account()
    procedure: Mapped[str] = mapped_column(String(60))
    purpose: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[datetime]
    #: Until when the code is taken.
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    #: Until when a confirmed one lasts.
    ends_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]


class OneTimeCode(Base):
    """A code somebody was given for one purpose; the code itself is worked out anew whenever it is needed."""

    __tablename__ = "one_time_codes"

    #: An account; or whatever stands for one that does not exist, so that both are told apart by nobody.
    account: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(80), primary_key=True)
    issued_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int]
    used_at: Mapped[datetime | None]


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
