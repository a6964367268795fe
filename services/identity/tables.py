"""Accounts, what they sign in with, their sessions, and the keys tokens are signed with."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, Uuid, false, text
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
    __table_args__ = (
        Index("uq_accounts_kind_identifier", "kind", "identifier_digest", unique=True),
        Index("uq_accounts_tech_id", "tech_id", unique=True),
    )

    id: Mapped[str] = _id()
    kind: Mapped[str] = mapped_column(String(20))
    identifier = Sealed[str]()
    #: What accounts are found by: compared with an identifier.
    identifier_digest: Mapped[str] = mapped_column(Digest("identity/accounts/identifier"), index=True)
    name = Sealed[str]()
    phone = Sealed[str | None](nullable=True)
    email = Sealed[str | None](nullable=True)
    created_at: Mapped[datetime]
    #: How the identity behind it was proven: `self-asserted`, or `verified` by a state's e-ID or at a desk.
    proofing: Mapped[str] = mapped_column(String(20), default="self-asserted", server_default="self-asserted")
    #: What other systems know the account by (TechID): random, made once, says nothing.
    tech_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), server_default=text("gen_random_uuid()"))


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
    purpose = Sealed[str]()
    requested_at: Mapped[datetime]
    #: Until when the code is taken.
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    #: Until when a confirmed one lasts.
    ends_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]


class HelpCode(Base):
    """A code somebody was given for one purpose; the code itself is worked out anew whenever it is needed."""

    __tablename__ = "help_codes"

    #: An account; or whatever stands for one that does not exist, so that both are told apart by nobody.
    account: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(80), primary_key=True)
    issued_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int]
    used_at: Mapped[datetime | None]


class Appointment(Base):
    """An official's place at one agency, with its roles, from a day to a day: proposed, then approved or rejected."""

    __tablename__ = "appointments"
    __table_args__ = (Index("ix_appointments_account_valid_from", "account", "valid_from"),)

    id: Mapped[str] = _id()
    account: Mapped[str] = _account()
    #: Where it was granted; since a merger it counts at the successor.
    agency: Mapped[str] = mapped_column(String(35), index=True)
    roles: Mapped[list[Any]]
    #: The steps a role is limited to; a role that is not named may do every step.
    steps: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(20), index=True, server_default="approved")
    reason = Sealed[str]()
    #: An account, or who appointed without one: `machine` or `sandbox`.
    proposed_by: Mapped[str] = mapped_column(String(36), server_default="")
    proposed_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    granted_by: Mapped[str | None] = mapped_column(String(36))
    granted_at: Mapped[datetime | None]
    #: Who rejected or ended it, or set the day of its end.
    ended_by: Mapped[str | None] = mapped_column(String(36))
    ended_at: Mapped[datetime | None]
    end_reason = Sealed[str | None](nullable=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class Agency(Base):
    """A local copy of an agency: whether it exists on a day, and what it was merged into."""

    __tablename__ = "agencies"

    code: Mapped[str] = mapped_column(String(35), primary_key=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    merged_into: Mapped[str | None] = mapped_column(String(35))
    sequence: Mapped[int]


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
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    end_reason: Mapped[str | None] = mapped_column(String(40))
    #: Where an official works in it, of several agencies.
    agency: Mapped[str | None] = mapped_column(String(35))
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


class DataAccess(Base):
    """A reading of an account's personal data by somebody in office, as the service that showed it told."""

    __tablename__ = "data_access"
    __table_args__ = (Index("ix_data_access_owner_at_id", "owner", "at", "id"),)

    #: The event's.
    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    owner: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    reader: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    agency: Mapped[str] = mapped_column(String(60))
    roles: Mapped[list[Any]]
    purpose: Mapped[str] = mapped_column(String(40))
    service: Mapped[str] = mapped_column(String(40))
    dossier: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    reference: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]


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
    #: Recipient and words.
    letter = Sealed[dict[str, Any]]()
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    next_try_at: Mapped[datetime] = mapped_column(index=True)
    good_until: Mapped[datetime] = mapped_column(index=True)


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
    name = Sealed[str]()
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
