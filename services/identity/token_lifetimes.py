"""How long a sign-in lasts."""

from datetime import datetime, timedelta

ACCESS = timedelta(minutes=10)
#: A session ends when nobody used it for this long ...
IDLE = timedelta(minutes=15)
#: ... and in any case after this long.
SESSION = timedelta(hours=12)


def session_ends(signed_in_at: datetime) -> datetime:
    return signed_in_at + SESSION


def refresh_ends(now: datetime, session_ends_at: datetime) -> datetime:
    return min(now + ACCESS + IDLE, session_ends_at)
