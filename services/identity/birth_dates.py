"""Birth dates as registers hold them: a full day, a month, or only a year."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

_WRITTEN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
EARLIEST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class BirthDate:
    year: int
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        parts = [f"{self.year:04}"]
        parts += [f"{part:02}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    @property
    def earliest(self) -> date:
        """The first day the date can mean."""
        return date(self.year, 1 if self.month is None else self.month, 1 if self.day is None else self.day)

    @property
    def latest(self) -> date:
        """The last day the date can mean."""
        month = 12 if self.month is None else self.month
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])


def parse(text: str) -> BirthDate:
    """Read `yyyy`, `yyyy-mm` or `yyyy-mm-dd`; ValueError when it is no date."""
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise ValueError("not a birth date")
    year, month, day = (int(part) if part else None for part in match.groups())
    if year is None or year < EARLIEST_YEAR:
        raise ValueError("year too early")
    birth = BirthDate(year, month, day)
    birth.earliest  # noqa: B018 - raises ValueError when there is no such month or day
    return birth


def is_birth_date(text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def is_past(birth: BirthDate, today: date) -> bool:
    """Whether the person can already have been born."""
    return birth.earliest <= today
