"""How often a password may be tried for one identifier, and a second factor for one account.

login.gov pauses for 10 minutes after 10 codes of a second factor; passwords it limits by address only, see
`address_limits.py`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

LIMIT = 10
#: Tries further apart than this do not add up.
WINDOW = timedelta(minutes=15)
PAUSE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Tries:
    count: int
    last_at: datetime


def paused_until(tries: Tries | None, now: datetime) -> datetime | None:
    """When the next try is allowed, or None when it is allowed now."""
    if tries is None or tries.count < LIMIT:
        return None
    until = tries.last_at + PAUSE
    return until if until > now else None


def one_more(tries: Tries | None, now: datetime) -> Tries:
    """One more try that may fail; the count starts again after a pause or a quiet while."""
    if tries is None or now - tries.last_at >= WINDOW:
        return Tries(1, now)
    return Tries(tries.count + 1, now)
