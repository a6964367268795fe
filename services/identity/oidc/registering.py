"""Which clients there are: registered, renewed and stopped by operators."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import or_, select, update

from chassis.work import Work
from services.identity import audit
from services.identity.oidc import scopes, tokens
from services.identity.oidc.assertions import METHOD as PRIVATE_KEY_JWT
from services.identity.oidc.clients import AUTH_METHODS, PUBLIC, digest
from services.identity.oidc.tables import Client, ClientSecret
from services.identity.usecases.keys import PROVIDER_ALGORITHMS

KINDS = ("ministry", "province", "corporation", "bank")
_ID = re.compile(r"[a-z0-9][a-z0-9.-]{1,59}")
_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")
_LOCAL_HOSTS = ("127.0.0.1", "::1", "localhost")


class CannotRegister(Exception):
    """Says what is wrong with a registration."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What an operator says about a client."""

    id: str
    name: str
    name_en: str
    kind: str
    auth_method: str
    redirect_uris: Sequence[str]
    scopes: Sequence[str] = ("profile",)
    post_logout_redirect_uris: Sequence[str] = ()
    backchannel_logout_uri: str | None = None
    pairwise: bool = False
    sector: str | None = None
    id_token_alg: str = "RS256"  # noqa: S105 - an algorithm
    jwks: dict[str, Any] | None = None
    par_only: bool = False
    native: bool = False
    officials: bool = False
    #: Only where the value itself is public: the sandbox.
    secret: str | None = field(default=None, repr=False)


def add(wish: Registration, work: Work) -> str | None:
    """Register a client; its secret, if it has one, is told here and never again. Raises CannotRegister."""
    _check(wish)
    if work.get(Client, wish.id) is not None:
        raise CannotRegister(f"there is a client {wish.id} already")
    work.add(
        Client(
            id=wish.id,
            name=wish.name,
            name_en=wish.name_en,
            kind=wish.kind,
            auth_method=wish.auth_method,
            redirect_uris=list(wish.redirect_uris),
            post_logout_redirect_uris=list(wish.post_logout_redirect_uris),
            backchannel_logout_uri=wish.backchannel_logout_uri,
            scopes=[name for name in scopes.SCOPES if name in {scopes.OPENID, *wish.scopes}],
            sector=_sector(wish),
            id_token_alg=wish.id_token_alg,
            jwks=wish.jwks,
            par_only=wish.par_only,
            native=wish.native,
            officials=wish.officials,
            created_at=work.clock.now(),
        )
    )
    work.session.flush()
    audit.record(work, "client-added", "ok", client=wish.id)
    return _new_secret(wish.id, work, wish.secret) if wish.auth_method.startswith("client_secret") else None


def rotate(client_id: str, keep: timedelta, work: Work) -> str:
    """A new secret; the ones before count for a while longer."""
    client = require(client_id, work)
    if not client.auth_method.startswith("client_secret"):
        raise CannotRegister(f"{client_id} has no secret: it uses {client.auth_method}")
    ends = work.clock.now() + keep
    older = update(ClientSecret).where(
        ClientSecret.client == client_id,
        or_(ClientSecret.expires_at.is_(None), ClientSecret.expires_at > ends),
    )
    work.session.execute(older.values(expires_at=ends))
    audit.record(work, "client-rotated", "ok", client=client_id)
    return _new_secret(client_id, work)


def disable(client_id: str, work: Work) -> None:
    """It can do nothing any more, and all its tokens end at once."""
    client = require(client_id, work)
    if client.disabled_at is None:
        client.disabled_at = work.clock.now()
        tokens.end_all(client_id, "client-disabled", work)
        audit.record(work, "client-disabled", "ok", client=client_id)


def require(client_id: str, work: Work) -> Client:
    client = work.get(Client, client_id, lock=True)
    if client is None:
        raise CannotRegister(f"there is no client {client_id}")
    return client


def every(work: Work) -> Sequence[Client]:
    return work.session.scalars(select(Client).order_by(Client.id)).all()


def _new_secret(client_id: str, work: Work, value: str | None = None) -> str:
    secret = value or secrets.token_urlsafe(32)
    work.add(ClientSecret(digest=digest(secret), client=client_id, created_at=work.clock.now()))
    return secret


def _check(wish: Registration) -> None:
    problems = [*_problems(wish), *_address_problems(wish)]
    if problems:
        raise CannotRegister("; ".join(problems))


def _problems(wish: Registration) -> list[str]:
    unknown = sorted(set(wish.scopes) - set(scopes.SCOPES))
    found = {
        "an id has 2 to 60 small letters, digits, dots and dashes": not _ID.fullmatch(wish.id),
        "a client has a name of at most 200 letters in both languages": not all(
            0 < len(name) <= 200 for name in (wish.name, wish.name_en)
        ),
        f"a client is one of: {', '.join(KINDS)}": wish.kind not in KINDS,
        f"a client proves itself by one of: {', '.join(AUTH_METHODS)}": wish.auth_method not in AUTH_METHODS,
        f"ID tokens are signed with one of: {', '.join(PROVIDER_ALGORITHMS)}": wish.id_token_alg
        not in PROVIDER_ALGORITHMS,
        f"there is no scope {', '.join(unknown)}": bool(unknown),
        f"{PRIVATE_KEY_JWT} needs a key set, and only it": (wish.jwks is not None)
        != (wish.auth_method == PRIVATE_KEY_JWT),
        "only a public client can be native": wish.native and wish.auth_method != PUBLIC,
    }
    if wish.jwks is not None and not _are_public_keys(wish.jwks):
        found["the key set is not one of public keys (RFC 7517)"] = True
    return [words for words, wrong in found.items() if wrong]


def _are_public_keys(jwks: dict[str, Any]) -> bool:
    try:
        keys = KeySet.import_key_set(jwks).keys  # type: ignore[arg-type]
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return False
    return bool(keys) and all(key.key_type in ("RSA", "EC") and not key.is_private for key in keys)


def _address_problems(wish: Registration) -> list[str]:
    if not wish.redirect_uris:
        return ["a client has at least one redirect address"]
    told = [wish.backchannel_logout_uri] if wish.backchannel_logout_uri else []
    bad = [uri for uri in wish.redirect_uris if not _is_redirect_uri(uri, wish.native)]
    bad += [uri for uri in wish.post_logout_redirect_uris if not _is_redirect_uri(uri, wish.native)]
    bad += [uri for uri in told if not _is_web(uri)]
    problems = [f"not an address that can be registered: {uri}" for uri in bad]
    if not bad and wish.pairwise and wish.sector is None and len(_hosts(wish)) > 1:
        problems.append("redirect addresses on several hosts need a sector")
    return problems


def _is_redirect_uri(uri: str, native: bool) -> bool:
    scheme = uri.partition(":")[0]
    private = native and _SCHEME.fullmatch(scheme) is not None
    return (private and len(uri) <= 2000 and uri.isprintable() and "#" not in uri) or _is_web(uri)


def _is_web(uri: str) -> bool:
    """https, or http on this very machine."""
    try:
        parts = urlsplit(uri)
        host = parts.hostname
    except ValueError:
        return False
    if not host or parts.fragment or parts.username or len(uri) > 2000 or not uri.isprintable() or " " in uri:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOCAL_HOSTS)


def _hosts(wish: Registration) -> set[str]:
    return {urlsplit(uri).hostname or "" for uri in wish.redirect_uris}


def _sector(wish: Registration) -> str | None:
    if not wish.pairwise:
        return None
    return wish.sector or _hosts(wish).pop()
