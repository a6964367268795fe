"""Which days public offices of Việt Nam work: the holiday tables, corrected by dated decisions."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

from services.dossier.errors import CalendarNotKnown

#: Outside these years the calendar refuses to guess.
FIRST, LAST = date(2019, 1, 1), date(2027, 12, 31)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Swap:
    """A decision that gives a day off against a worked weekend day."""

    off: date
    worked: date
    decision: str


#: Decisions the `holidays` package does not carry.
SWAPS = (Swap(off=date(2026, 1, 2), worked=date(2026, 1, 10), decision="12729/VPCP-KGVX"),)


class Calendar:
    """A known span of days, some of them working days."""

    def __init__(self, working_days: Iterable[date], first: date = FIRST, last: date = LAST) -> None:
        self._days = sorted(working_days)
        self._set = frozenset(self._days)
        self.first, self.last = first, last

    def is_working(self, day: date) -> bool:
        self._require_known(day)
        return day in self._set

    def on_or_after(self, day: date) -> date:
        """The day itself when it is a working day, else the next one."""
        self._require_known(day)
        return self._at(bisect_left(self._days, day))

    def after(self, day: date, count: int = 1) -> date:
        """The count-th working day after a day; the day itself is not counted."""
        self._require_known(day)
        return self._at(bisect_right(self._days, day) + count - 1) if count else day

    def _at(self, index: int) -> date:
        if index >= len(self._days):
            self._require_known(self.last + timedelta(days=1))
        return self._days[index]

    def _require_known(self, day: date) -> None:
        if not self.first <= day <= self.last:
            raise CalendarNotKnown(day=day, first=self.first, last=self.last)


@cache
def vietnam() -> Calendar:
    """The national calendar of 2019-2027."""
    table = holidays.country_holidays("VN", years=range(FIRST.year, LAST.year + 1))
    days_off = set(table) | {swap.off for swap in SWAPS}
    worked_weekends = table.weekend_workdays | {swap.worked for swap in SWAPS}
    span = (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
    return Calendar(
        day for day in span if day in worked_weekends or (day.weekday() < SATURDAY and day not in days_off)
    )
