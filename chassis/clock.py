"""The clock handed to every rule and use case, so that none reads the wall."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

#: The legal time of Việt Nam: the day in a dossier code, working hours, due dates.
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class Clock(Protocol):
    def now(self) -> datetime:
        """This moment, aware, UTC."""

    def today(self) -> date:
        """This day in Asia/Ho_Chi_Minh."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return self.now().astimezone(VIETNAM).date()


class FixedClock:
    """A clock that stands still until it is moved (tests, recomputation)."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def today(self) -> date:
        return self._at.astimezone(VIETNAM).date()

    def move(self, by: timedelta) -> None:
        self._at += by
