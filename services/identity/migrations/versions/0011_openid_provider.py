"""The OpenID Provider: clients, grants, tokens, consents, notices of logout, keys by purpose; the audit."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"

MOMENT = sa.DateTime(timezone=True)
UUID = sa.Uuid(as_uuid=False)

_APPEND_ONLY = """
    CREATE FUNCTION audit_entries_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND OLD.at < now() - interval '365 days' THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'audit entries are only ever added';
    END $$;
    CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE ON audit_entries
        FOR EACH ROW EXECUTE FUNCTION audit_entries_stay();
"""


def upgrade() -> None:
    op.add_column(
        "accounts", sa.Column("tech_id", UUID, nullable=False, server_default=sa.text("gen_random_uuid()"))
    )
    op.create_index("uq_accounts_tech_id", "accounts", ["tech_id"], unique=True)
    op.add_column(
        "signing_keys", sa.Column("purpose", sa.String(20), nullable=False, server_default="platform")
    )
    op.create_index("ix_sessions_ended_at", "sessions", ["ended_at"])
    create_clients()
    create_grants()
    create_notices_and_audit()


def _client(primary_key: bool = False) -> Any:
    key = sa.ForeignKey("clients.id")
    return sa.Column("client", sa.String(60), key, nullable=False, primary_key=primary_key)


def _account(primary_key: bool = False) -> Any:
    return sa.Column("account", UUID, sa.ForeignKey("accounts.id"), nullable=False, primary_key=primary_key)


def _session() -> Any:
    return sa.Column("session", UUID, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False)


def create_clients() -> None:
    op.create_table(
        "clients",
        sa.Column("id", sa.String(60), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("auth_method", sa.String(30), nullable=False),
        sa.Column("redirect_uris", JSONB, nullable=False),
        sa.Column("post_logout_redirect_uris", JSONB, nullable=False),
        sa.Column("backchannel_logout_uri", sa.String(2000)),
        sa.Column("scopes", JSONB, nullable=False),
        sa.Column("sector", sa.String(253)),
        sa.Column("id_token_alg", sa.String(10), nullable=False),
        sa.Column("jwks", JSONB),
        sa.Column("par_only", sa.Boolean, nullable=False),
        sa.Column("native", sa.Boolean, nullable=False),
        sa.Column("officials", sa.Boolean, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT),
    )
    op.create_table(
        "client_secrets",
        sa.Column("digest", sa.String(64), primary_key=True),
        _client(),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
    )
    op.create_index("ix_client_secrets_client", "client_secrets", ["client"])
    op.create_table(
        "client_assertions",
        _client(primary_key=True),
        sa.Column("jti_digest", sa.String(64), primary_key=True),
        sa.Column("expires_at", MOMENT, nullable=False),
    )
    op.create_index("ix_client_assertions_expires_at", "client_assertions", ["expires_at"])
    op.create_table(
        "authorization_requests",
        sa.Column("id", sa.String(43), primary_key=True),
        _client(),
        sa.Column("parameters", JSONB, nullable=False),
        sa.Column("pushed", sa.Boolean, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("stepped_up", sa.Boolean, nullable=False),
        sa.Column("consented_by", UUID),
    )
    op.create_index("ix_authorization_requests_expires_at", "authorization_requests", ["expires_at"])


def create_grants() -> None:
    op.create_table(
        "client_grants",
        sa.Column("id", UUID, primary_key=True),
        _client(),
        _account(),
        _session(),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("code_digest", sa.String(64), nullable=False),
        sa.Column("code_expires_at", MOMENT, nullable=False),
        sa.Column("code_used_at", MOMENT),
        sa.Column("code_challenge", sa.String(128), nullable=False),
        sa.Column("redirect_uri", sa.String(2000), nullable=False),
        sa.Column("nonce", sa.String(512)),
        sa.Column("scopes", JSONB, nullable=False),
        sa.Column("claims", JSONB, nullable=False),
        sa.Column("acr", sa.String(20), nullable=False),
        sa.Column("amr", JSONB, nullable=False),
        sa.Column("authenticated_at", MOMENT, nullable=False),
        sa.Column("offline", sa.Boolean, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("end_reason", sa.String(40)),
        sa.UniqueConstraint("code_digest", name="uq_client_grants_code_digest"),
    )
    op.create_index("ix_client_grants_client_account", "client_grants", ["client", "account"])
    for column in ("account", "session", "ends_at"):
        op.create_index(f"ix_client_grants_{column}", "client_grants", [column])
    op.create_table(
        "client_tokens",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("grant", UUID, sa.ForeignKey("client_grants.id", ondelete="CASCADE"), nullable=False),
        sa.Column("scopes", JSONB, nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
    )
    op.create_index("ix_client_tokens_grant", "client_tokens", ["grant"])
    op.create_index("ix_client_tokens_expires_at", "client_tokens", ["expires_at"])
    op.create_table(
        "consents",
        _account(primary_key=True),
        _client(primary_key=True),
        sa.Column("scopes", JSONB, nullable=False),
        sa.Column("claims", JSONB, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT),
    )


def create_notices_and_audit() -> None:
    op.create_table(
        "logout_notices",
        _session(),
        _client(),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("done_at", MOMENT),
        sa.Column("outcome", sa.String(40)),
        sa.PrimaryKeyConstraint("session", "client"),
    )
    op.create_index(
        "ix_logout_notices_waiting",
        "logout_notices",
        ["next_at"],
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "audit_entries",
        sa.Column("position", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(60), nullable=False),
        sa.Column("client", sa.String(60)),
        sa.Column("account", sa.String(36)),
        sa.Column("address_digest", sa.String(64)),
    )
    for column in ("at", "client", "account"):
        op.create_index(f"ix_audit_entries_{column}", "audit_entries", [column])
    op.execute(_APPEND_ONLY)
