"""Tokens of clients: random, kept as digests, good only as long as the grant they came of."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select, update

from chassis.work import Work
from services.identity.oidc.clients import digest
from services.identity.oidc.tables import ClientGrant, ClientToken
from services.identity.tables import Session

ACCESS = timedelta(minutes=10)
#: How long a client may go on without the person, counted from the consent.
OFFLINE = timedelta(days=30)


def make(kind: str, grant: ClientGrant, scopes: Iterable[str], work: Work) -> str:
    """A new token of a grant."""
    now, value = work.clock.now(), secrets.token_urlsafe(32)
    ends = min(now + ACCESS, grant.ends_at) if kind == "access" else grant.ends_at
    work.add(
        ClientToken(
            digest=digest(value),
            kind=kind,
            grant=grant.id,
            scopes=list(scopes),
            issued_at=now,
            expires_at=ends,
        )
    )
    return value


def find(value: str, work: Work, *, lock: bool = False) -> tuple[ClientToken, ClientGrant] | None:
    """The token and its grant, whether they still count or not."""
    token = work.get(ClientToken, digest(value), lock=lock)
    if token is None:
        return None
    grant = work.get(ClientGrant, token.grant, lock=lock)
    return None if grant is None else (token, grant)


def counts(token: ClientToken, grant: ClientGrant, work: Work) -> bool:
    """Whether the token may still be used: it, its grant, and the session it hangs on."""
    if token.expires_at <= work.clock.now() or token.used_at is not None:
        return False
    return grant_counts(grant, work)


def grant_counts(grant: ClientGrant, work: Work) -> bool:
    now = work.clock.now()
    if grant.ended_at is not None or grant.ends_at <= now:
        return False
    if grant.offline:
        return True
    session = work.session.get_one(Session, grant.session)
    return session.ended_at is None and session.ends_at > now


def end(grant: ClientGrant, reason: str, work: Work) -> None:
    if grant.ended_at is None:
        grant.ended_at, grant.end_reason = work.clock.now(), reason


def end_all(client: str, reason: str, work: Work, account: str | None = None) -> None:
    """End everything a client has, of one account or of all."""
    grants = update(ClientGrant).where(ClientGrant.client == client, ClientGrant.ended_at.is_(None))
    if account is not None:
        grants = grants.where(ClientGrant.account == account)
    work.session.execute(grants.values(ended_at=work.clock.now(), end_reason=reason))


def grant_of_code(code: str, work: Work) -> ClientGrant | None:
    wanted = select(ClientGrant).where(ClientGrant.code_digest == digest(code))
    return work.session.scalars(wanted.with_for_update(key_share=True)).one_or_none()
