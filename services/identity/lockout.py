"""How often a wrong password may be tried for one identifier."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LIMIT = 10
#: Failures further apart than this do not add up.
WINDOW = timedelta(minutes=15)
PAUSE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Attempts:
    failures: int
    last_failed_at: datetime


def paused_until(attempts: Attempts | None, now: datetime) -> datetime | None:
    """When the next try is allowed, or None when it is allowed now."""
    if attempts is None or attempts.failures < LIMIT:
        return None
    until = attempts.last_failed_at + PAUSE
    return until if until > now else None


def after_failure(attempts: Attempts | None, now: datetime) -> Attempts:
    """One more failure; the count starts again after a pause or a quiet while."""
    if attempts is None or now - attempts.last_failed_at >= WINDOW:
        return Attempts(1, now)
    return Attempts(attempts.failures + 1, now)
