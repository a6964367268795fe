"""When a signing key is made, used and forgotten.

published -- PUBLISHED_AHEAD -- not_before -- SIGNS_FOR -- successor published -- ... -- not_after

A key is known to every service before the first token is signed with it, and outlives the last one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

PUBLISHED_AHEAD = timedelta(days=1)
SIGNS_FOR = timedelta(days=90)
#: Longer than any token lives, and than a session, which an ID token may be a hint of to its end.
OUTLIVES = timedelta(hours=13)


class Key(Protocol):
    @property
    def not_before(self) -> datetime:
        """From when it signs."""

    @property
    def not_after(self) -> datetime:
        """Until when its signatures count."""


@dataclass(frozen=True, slots=True)
class Validity:
    not_before: datetime
    not_after: datetime


AnyKey = TypeVar("AnyKey", bound=Key)


def signing(keys: Sequence[AnyKey], now: datetime) -> AnyKey | None:
    """The newest key that may sign now."""
    usable = [key for key in keys if key.not_before <= now < key.not_after - OUTLIVES]
    return max(usable, key=lambda key: key.not_before, default=None)


def next_key(keys: Sequence[Key], now: datetime) -> Validity | None:
    """The key to be made now, if any: a first one signs at once, a successor when all services can know it."""
    current = signing(keys, now)
    if current is None:
        return _from(now)
    if any(now < key.not_before + SIGNS_FOR for key in keys):
        return None
    return _from(min(now + PUBLISHED_AHEAD, current.not_after - OUTLIVES))


def _from(start: datetime) -> Validity:
    return Validity(start, start + SIGNS_FOR + PUBLISHED_AHEAD + OUTLIVES)
