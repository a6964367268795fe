"""The legal clock: when a dossier is due, counted in Asia/Ho_Chi_Minh working time.

NĐ 61/2018 Đ18-19: what arrives outside working hours counts from the next opening; a same-day procedure
received after 15:00 is due the next working day; a day off at the end of a term moves it to the next working
day; once the asked supplement is handed in, the whole term starts again.
"""

import calendar as months
import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal

from chassis.clock import VIETNAM
from services.dossier.calendar import Calendar

LAST_SAME_DAY_RECEPTION = time(15, 0)

Punctuality = Literal["early", "on-time", "late", "none"]


class Unit(StrEnum):
    WORKING_DAY = "working-day"
    DAY = "day"
    WORKING_HOUR = "working-hour"
    MONTH = "month"
    SAME_DAY = "same-day"


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """How long the law gives an agency, e.g. 5 working days."""

    amount: float
    unit: Unit


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The spans of a working day, in order."""

    spans: tuple[tuple[time, time], ...]

    @property
    def closing(self) -> time:
        return self.spans[-1][1]

    @property
    def day_length(self) -> timedelta:
        return sum((_length(start, end) for start, end in self.spans), timedelta())


STANDARD_HOURS = WorkingHours(((time(7), time(11, 30)), (time(13, 30), time(17))))


@dataclass(frozen=True, slots=True)
class LegalClock:
    """A calendar with its working hours: everything a due date depends on besides the dossier."""

    calendar: Calendar
    hours: WorkingHours = STANDARD_HOURS

    def due(self, received: datetime, limit: TimeLimit | None) -> datetime | None:
        """When a dossier received at this moment is due; None when the procedure has no time limit."""
        if limit is None:
            return None
        start = self.start(received)
        match limit.unit:
            case Unit.WORKING_HOUR:
                return self.add(start, timedelta(hours=limit.amount))
            case Unit.WORKING_DAY if limit.amount != int(limit.amount):
                return self.add(start, self.hours.day_length * limit.amount)
            case Unit.WORKING_DAY:
                return self._close_of(self.calendar.after(start.date(), int(limit.amount)))
            case Unit.DAY:
                last = start.date() + timedelta(days=math.ceil(limit.amount))
            case Unit.MONTH:
                last = _add_months(start.date(), limit.amount)
            case Unit.SAME_DAY:
                late = start.time() > LAST_SAME_DAY_RECEPTION
                last = self.calendar.after(start.date()) if late else start.date()
        return self._close_of(self.calendar.on_or_after(last))

    def start(self, received: datetime) -> datetime:
        """The moment itself inside working hours, else the next opening."""
        local = received.astimezone(VIETNAM)
        if self.calendar.is_working(local.date()):
            for opens, closes in self.hours.spans:
                if local.time() <= closes:
                    return max(local, _at(local.date(), opens))
        return _at(self.calendar.after(local.date()), self.hours.spans[0][0])

    def add(self, moment: datetime, working_time: timedelta) -> datetime:
        """The moment when this much working time has passed."""
        at, left = self.start(moment), working_time
        while True:
            for opens, closes in self.hours.spans:
                begin, end = max(at, _at(at.date(), opens)), _at(at.date(), closes)
                if begin <= end and left <= end - begin:
                    return begin + left
                left -= max(end - begin, timedelta())
            at = _at(self.calendar.after(at.date()), self.hours.spans[0][0])

    def between(self, since: datetime, until: datetime) -> timedelta:
        """The working time that passes from one moment to a later one."""
        at, end = self.start(since), until.astimezone(VIETNAM)
        passed = timedelta()
        while at <= end:
            for opens, closes in self.hours.spans:
                begin = max(at, _at(at.date(), opens))
                passed += max(min(end, _at(at.date(), closes)) - begin, timedelta())
            at = _at(self.calendar.after(at.date()), self.hours.spans[0][0])
        return passed

    def resumed(self, due: datetime, paused_at: datetime, resumed_at: datetime) -> datetime:
        """The due date after a pause: the working time that was left is given again."""
        if due <= paused_at:
            return due
        return self.add(resumed_at, self.between(paused_at, due))

    def _close_of(self, day: date) -> datetime:
        return _at(day, self.hours.closing)


def punctuality(due: datetime | None, done: datetime) -> Punctuality:
    """Reports compare dates, not hours: the due day itself is on time."""
    if due is None:
        return "none"
    due_day, done_day = due.astimezone(VIETNAM).date(), done.astimezone(VIETNAM).date()
    if done_day == due_day:
        return "on-time"
    return "early" if done_day < due_day else "late"


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, VIETNAM)


def _length(start: time, end: time) -> timedelta:
    return datetime.combine(date.min, end) - datetime.combine(date.min, start)


def _add_months(day: date, amount: float) -> date:
    """The same day of a later month, or its last one; half a month is 15 days (BLDS 2015 Đ146)."""
    whole = int(amount)
    year, month = divmod(day.year * 12 + day.month - 1 + whole, 12)
    last = months.monthrange(year, month + 1)[1]
    moved = date(year, month + 1, min(day.day, last))
    return moved + timedelta(days=math.ceil((amount - whole) * 30))
