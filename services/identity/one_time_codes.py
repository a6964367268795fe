"""Codes sent to a phone or mailbox to show that it is one's own: NIST SP 800-63B-4, section 3.1.3."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

DIGITS = 6
GOOD_FOR = timedelta(minutes=10)
MAX_TRIES = 5
#: Sent to one holder, whatever for, within the window.
MAX_SENT = 5
WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Code:
    made_at: datetime
    tries: int = 0
    used_at: datetime | None = None


def new(digits: int = DIGITS) -> str:
    return f"{secrets.randbelow(10**digits):0{digits}}"


def typed(text: str) -> str:
    """The code as it was sent: people copy spaces and hyphens along."""
    return "".join(c for c in text if c not in " -\u00a0\u2011\t")


def may_be_tried(code: Code, now: datetime) -> bool:
    """Whether a try counts at all; each is counted before it is compared."""
    return code.used_at is None and code.tries < MAX_TRIES and now - code.made_at < GOOD_FOR


def next_allowed(made: Sequence[datetime], now: datetime) -> datetime | None:
    """When the next code may be sent, or None when now; `made` are the moments of those sent before."""
    recent = sorted(moment for moment in made if now - moment < WINDOW)
    return recent[-MAX_SENT] + WINDOW if len(recent) >= MAX_SENT else None
