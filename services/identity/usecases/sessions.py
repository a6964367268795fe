"""Signing in, staying signed in, signing out."""

from datetime import timedelta
from typing import Any

from chassis.caller import Caller
from chassis.errors import ServiceError
from chassis.ids import new_id
from chassis.schemas import Command
from chassis.work import Work
from services.identity import (
    assurance,
    ending,
    factors,
    holders,
    metrics,
    rotation,
    token_lifetimes,
    tokens,
)
from services.identity.errors import NotInOffice, SecondFactorRequired, SessionEnded
from services.identity.tables import Account, RefreshToken, Session
from services.identity.usecases import proving
from services.identity.vault import Vault


def sign_in(command: Command, caller: Caller, work: Work, vault: Vault) -> dict[str, Any]:
    """Tokens for an identifier and its password, and a code where there is a second factor.

    Raises WrongCredentials, SignInPaused, SecondFactorRequired, WrongFactor or NotInOffice.
    """
    kind = "unknown"
    try:
        account, methods = _proven(command, work, vault)
        kind = account.kind
        answer = _new_session(account, methods, command.agency, work, vault)
    except ServiceError as error:
        metrics.SIGN_INS.labels(kind, error.code).inc()
        raise
    metrics.SIGN_INS.labels(kind, "ok").inc()
    return answer


def _proven(command: Command, work: Work, vault: Vault) -> tuple[Account, list[str]]:
    """The account and the methods that proved it; a second factor wherever there is one."""
    typed = proving.Typed(command.identifier, command.password, command.kind)
    account = proving.password(typed, work, vault)
    if not factors.of(account.id, work).second:
        return account, assurance.combined(assurance.PASSWORD)
    if not command.code:
        # The right password clears the count of wrong ones, though nobody is signed in yet.
        work.keep_so_far()
        raise SecondFactorRequired
    return account, assurance.combined(assurance.PASSWORD, proving.code(account, command.code, work, vault))


def _new_session(
    account: Account, methods: list[str], agency: str | None, work: Work, vault: Vault
) -> dict[str, Any]:
    holder = holders.of(account, work, asked=agency)
    now = work.clock.now()
    session = Session(
        id=new_id(),
        account=account.id,
        acr=assurance.level(methods, account.proofing),
        amr=methods,
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
    session.last_used_at = now
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
    ending.end(session, reason, work)
    work.keep_so_far()


def sign_out(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """End the session; every service refuses its access tokens within seconds."""
    session = work.get(Session, caller.session, lock=True) if caller.session else None
    if session is not None:
        ending.end(session, "signed-out", work)
    return {}
