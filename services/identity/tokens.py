"""Giving out tokens: a short access token every service can check alone, and a refresh token for one use."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from chassis.errors import Unavailable
from chassis.tokens import AUDIENCE, ISSUER
from chassis.work import Work
from services.identity import key_schedule, token_lifetimes
from services.identity.holders import Holder
from services.identity.tables import RefreshToken, Session
from services.identity.usecases import keys
from services.identity.vault import Vault


def give(session: Session, holder: Holder, work: Work, vault: Vault) -> dict[str, Any]:
    now = work.clock.now()
    refresh_token = secrets.token_urlsafe(32)
    work.add(
        RefreshToken(
            digest=digest(refresh_token),
            session=session.id,
            generation=session.generation,
            expires_at=token_lifetimes.refresh_ends(now, session.ends_at),
        )
    )
    return {
        "access_token": _access_token(session, holder, now, work, vault),
        "refresh_token": refresh_token,
        "token_type": "Bearer",
        "expires_in": int((holder.expires(now) - now).total_seconds()),
    }


def give_acting(
    session: Session, holder: Holder, more: dict[str, Any], until: datetime | None, work: Work, vault: Vault
) -> dict[str, Any]:
    """An access token alone, bound to the session of who acts: it outlives neither that nor the mandate."""
    now = work.clock.now()
    ends = min(now + token_lifetimes.ACCESS, session.ends_at, *([until] if until else []))
    more = more | {"exp": int(ends.timestamp())}
    return {
        "access_token": _access_token(session, holder, now, work, vault, more),
        "token_type": "Bearer",
        "expires_in": int((ends - now).total_seconds()),
    }


def digest(refresh_token: str) -> str:
    # 256 random bits cannot be guessed from a plain digest, unlike a password.
    return hashlib.sha256(refresh_token.encode()).hexdigest()


def _access_token(
    session: Session,
    holder: Holder,
    now: datetime,
    work: Work,
    vault: Vault,
    more: Mapping[str, Any] = MappingProxyType({}),
) -> str:
    key = key_schedule.signing(keys.alive("platform", work), now)
    if key is None:
        raise Unavailable
    claims = holder.claims() | {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "acr": session.acr,
        "sid": session.id,
        # Not rounded: access may be withdrawn and given again within a second.
        "iat": now.timestamp(),
        "exp": int(holder.expires(now).timestamp()),
    }
    return vault.sign(claims | dict(more), key.kid, key.sealed_key)
