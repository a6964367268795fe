"""Counting the tries of a password, so that no identifier is guessed at for long."""

from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.identity import lockout
from services.identity.errors import SignInPaused
from services.identity.lockout import Tries
from services.identity.tables import SignInTries


def count_one(identifier_digest: str, work: Work) -> None:
    """Count a try before it is made, so that tries at the same time cannot pass the limit together.

    Existing or not, every identifier is counted alike. Raises SignInPaused.
    """
    now = work.clock.now()
    so_far = _locked(identifier_digest, work)
    until = lockout.paused_until(so_far, now)
    if until is not None:
        raise SignInPaused(retry_after=max(1, (until - now) // timedelta(seconds=1)))
    tries = lockout.one_more(so_far, now)
    work.session.execute(
        update(SignInTries)
        .where(SignInTries.identifier_digest == identifier_digest)
        .values(count=tries.count, last_at=tries.last_at)
    )


def _locked(identifier_digest: str, work: Work) -> Tries:
    """The tries so far, locked until the next commit; in one statement, as a success may delete the row."""
    new = insert(SignInTries).values(identifier_digest=identifier_digest, count=0, last_at=work.clock.now())
    new_or_locked = new.on_conflict_do_update(
        index_elements=[SignInTries.identifier_digest], set_={"count": SignInTries.count}
    )
    count, last_at = work.session.execute(
        new_or_locked.returning(SignInTries.count, SignInTries.last_at)
    ).one()
    return Tries(count, last_at)


def forget(identifier_digest: str, work: Work) -> None:
    work.session.execute(delete(SignInTries).where(SignInTries.identifier_digest == identifier_digest))
