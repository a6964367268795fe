"""Other organisations that people sign in to with their account here, and what they were given."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.ids import new_id
from chassis.sealed import Sealed
from services.identity.tables import Base

__all__ = ["AuthorizationRequest", "Base", "Client", "ClientGrant", "ClientSecret", "ClientToken", "Consent"]


def _id() -> Any:
    return mapped_column(Uuid(as_uuid=False), primary_key=True, default=new_id)


def _client(**options: Any) -> Any:
    return mapped_column(String(60), ForeignKey("clients.id"), **options)


def _account(**options: Any) -> Any:
    return mapped_column(Uuid(as_uuid=False), ForeignKey("accounts.id"), **options)


class Client(Base):
    """An organisation's application, as operators registered it."""

    __tablename__ = "clients"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    #: ministry, province, corporation or bank.
    kind: Mapped[str] = mapped_column(String(20))
    auth_method: Mapped[str] = mapped_column(String(30))
    redirect_uris: Mapped[list[Any]]
    post_logout_redirect_uris: Mapped[list[Any]]
    backchannel_logout_uri: Mapped[str | None] = mapped_column(String(2000))
    scopes: Mapped[list[Any]]
    #: The host that makes its subjects pairwise; without one they are public.
    sector: Mapped[str | None] = mapped_column(String(253))
    id_token_alg: Mapped[str] = mapped_column(String(10))
    jwks: Mapped[dict[str, Any] | None]
    #: Only pushed authorization requests are taken.
    par_only: Mapped[bool]
    #: A native application: loopback redirect addresses may have any port (RFC 8252).
    native: Mapped[bool]
    #: Accounts of officials may be used as well.
    officials: Mapped[bool]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class ClientSecret(Base):
    """256 random bits, of which only the digest is kept."""

    __tablename__ = "client_secrets"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    client: Mapped[str] = _client(index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class ClientAssertion(Base):
    """A signed assertion a client has shown, by digest: it counts once."""

    __tablename__ = "client_assertions"

    client: Mapped[str] = _client(primary_key=True)
    jti_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class AuthorizationRequest(Base):
    """A checked request that waits for its person, or that its client has pushed."""

    __tablename__ = "authorization_requests"

    id: Mapped[str] = mapped_column(String(43), primary_key=True)
    client: Mapped[str] = _client()
    #: May hint at who is to sign in.
    parameters = Sealed[dict[str, str]]()
    pushed: Mapped[bool]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    stepped_up: Mapped[bool] = mapped_column(default=False)
    #: The session whose person allowed it on the consent page.
    consented_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))


class ClientGrant(Base):
    """What a person gave a client in one sign-in: the code, and all tokens that came of it."""

    __tablename__ = "client_grants"
    __table_args__ = (Index("ix_client_grants_client_account", "client", "account"),)

    id: Mapped[str] = _id()
    client: Mapped[str] = _client()
    account: Mapped[str] = _account(index=True)
    session: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("sessions.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)
    code_expires_at: Mapped[datetime]
    code_used_at: Mapped[datetime | None]
    code_challenge: Mapped[str] = mapped_column(String(128))
    redirect_uri: Mapped[str] = mapped_column(String(2000))
    nonce: Mapped[str | None] = mapped_column(String(512))
    scopes: Mapped[list[Any]]
    #: Claims asked for one by one: {"userinfo": [names], "id_token": [names]}.
    claims: Mapped[dict[str, Any]]
    acr: Mapped[str] = mapped_column(String(20))
    amr: Mapped[list[Any]]
    authenticated_at: Mapped[datetime]
    #: Whether it lives on when the session has ended.
    offline: Mapped[bool]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(40))


class ClientToken(Base):
    """An access token (good until it expires) or a refresh token (good for one use), by digest."""

    __tablename__ = "client_tokens"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    grant: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("client_grants.id", ondelete="CASCADE"), index=True
    )
    scopes: Mapped[list[Any]]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class Consent(Base):
    """What a person lets a client know; the version counts how often it was widened or given anew."""

    __tablename__ = "consents"

    account: Mapped[str] = _account(primary_key=True)
    client: Mapped[str] = _client(primary_key=True)
    scopes: Mapped[list[Any]]
    claims: Mapped[list[Any]]
    version: Mapped[int]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class LogoutNotice(Base):
    """A client to be told when a session ends (OpenID Connect Back-Channel Logout)."""

    __tablename__ = "logout_notices"
    __table_args__ = (
        PrimaryKeyConstraint("session", "client"),
        Index("ix_logout_notices_waiting", "next_at", postgresql_where=text("done_at IS NULL")),
    )

    session: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("sessions.id", ondelete="CASCADE"))
    client: Mapped[str] = _client()
    #: At first the latest moment the session can end.
    next_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(40))
