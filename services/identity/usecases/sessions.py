"""Signing in, staying signed in, signing out."""

from datetime import timedelta
from typing import Any

from sqlalchemy import case, select

from chassis.caller import Caller
from chassis.errors import ServiceError
from chassis.ids import new_id
from chassis.schemas import Command
from chassis.work import Work
from services.identity import (
    holders,
    metrics,
    rotation,
    token_lifetimes,
    tokens,
    tries,
    usernames,
    withdrawals,
)
from services.identity.errors import NotInOffice, SessionEnded, WrongCredentials
from services.identity.tables import Account, Password, RefreshToken, Session
from services.identity.vault import Vault

#: The assurance a password alone gives; a second factor or an e-ID gives more.
SINGLE_FACTOR = "low"


def sign_in(command: Command, caller: Caller, work: Work, vault: Vault) -> dict[str, Any]:
    """Tokens for an identifier and its password. Raises WrongCredentials, SignInPaused or NotInOffice."""
    kind = "unknown"
    try:
        account = _proven_account(command, work, vault)
        kind = account.kind
        answer = _new_session(account, command.agency, work, vault)
    except ServiceError as error:
        metrics.SIGN_INS.labels(kind, error.code).inc()
        raise
    metrics.SIGN_INS.labels(kind, "ok").inc()
    return answer


def _proven_account(command: Command, work: Work, vault: Vault) -> Account:
    identifier = usernames.canonical(command.identifier)
    digest = vault.digest(identifier)
    tries.count_one(digest, work)
    account, password_hash = _find(identifier, command.kind, work)
    # The try stays counted whatever happens next, and no connection is held while the password is hashed.
    work.keep_so_far()
    if not vault.matches(password_hash, command.password) or account is None:
        raise WrongCredentials
    tries.forget(digest, work)
    return account


def _find(identifier: str, kind: str | None, work: Work) -> tuple[Account | None, str | None]:
    """The account and its password hash; of a number with two accounts the citizen's, unless a kind is named."""
    wanted = select(Account, Password.hash).join(Password, Password.account == Account.id)
    wanted = wanted.where(Account.identifier_digest == identifier)
    if kind:
        wanted = wanted.where(Account.kind == kind)
    citizens_first = case((Account.kind == "citizen", 0), else_=1)
    found = work.session.execute(wanted.order_by(citizens_first).limit(1)).one_or_none()
    return (found.Account, found.hash) if found else (None, None)


def _new_session(account: Account, agency: str | None, work: Work, vault: Vault) -> dict[str, Any]:
    holder = holders.of(account, work, asked=agency)
    now = work.clock.now()
    session = Session(
        id=new_id(),
        account=account.id,
        acr=SINGLE_FACTOR,
        amr=["pwd"],
        agency=holder.agency or None,
        signed_in_at=now,
        authenticated_at=now,
        last_used_at=now,
        ends_at=token_lifetimes.session_ends(now),
    )
    work.add(session)
    work.session.flush()
    return tokens.give(session, holder, work, vault)


def refresh(command: Command, caller: Caller, work: Work, vault: Vault, grace: timedelta) -> dict[str, Any]:
    """New tokens for a refresh token, which is used up by it. Raises SessionEnded or NotInOffice.

    Within `grace` the token just used up is answered once more: its client may not have got the answer.
    """
    try:
        session = _refreshed(command.refresh_token, work, grace)
        answer = tokens.give(session, _still_holder(session, command.agency, work), work, vault)
    except ServiceError as error:
        metrics.REFRESHES.labels(error.code).inc()
        raise
    metrics.REFRESHES.labels("ok").inc()
    return answer


def _refreshed(refresh_token: str, work: Work, grace: timedelta) -> Session:
    now = work.clock.now()
    token = work.get(RefreshToken, tokens.digest(refresh_token), lock=True)
    session = work.get(Session, token.session, lock=True) if token else None
    if token is None or session is None or session.ended_at is not None or token.expires_at <= now:
        raise SessionEnded
    meaning = rotation.meaning(token.generation, session.generation, token.used_at, now, grace)
    # Without generations, a replica of the version before only notes that a token was used.
    if meaning == "reused" or (meaning == "current" and token.used_at is not None):
        # Two hold the same token: one of them stole it, and nobody can tell which.
        _end(session, "refresh-token-reused", work)
        raise SessionEnded
    if meaning == "current":
        token.used_at = now
        session.generation += 1
    return session


def _still_holder(session: Session, agency: str | None, work: Work) -> holders.Holder:
    account = work.session.get_one(Account, session.account)
    try:
        holder = holders.of(account, work, asked=agency, last=session.agency)
    except NotInOffice:
        _end(session, "not-in-office", work)
        raise
    session.agency = holder.agency or None
    return holder


def _end(session: Session, reason: str, work: Work) -> None:
    """Committed at once: the error that follows would undo it."""
    _ended(session, reason, work)
    work.keep_so_far()


def _ended(session: Session, reason: str, work: Work) -> None:
    session.ended_at, session.end_reason = work.clock.now(), reason
    withdrawals.of_session(session.id, session.account, work)


def sign_out(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """End the session; every service refuses its access tokens within seconds."""
    session = work.get(Session, caller.session, lock=True) if caller.session else None
    if session is not None and session.ended_at is None:
        _ended(session, "signed-out", work)
    return {}
