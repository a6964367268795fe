"""Receipts: numbered per agency and year (Decree 254/2026, Articles 23-24), one for each kind of fee."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chassis.clock import VIETNAM
from chassis.errors import Conflict

LAST_SERIAL = 99_999_999


class ReceiptSeriesExhausted(Conflict):
    vi = "Đã dùng hết số biên lai của năm."
    en = "The receipt numbers of this year are used up."


@dataclass(frozen=True, slots=True)
class Number:
    """A receipt number: unique together with its collecting agency and year."""

    agency: str
    year: int
    serial: int

    def __post_init__(self) -> None:
        if self.serial > LAST_SERIAL:
            raise ReceiptSeriesExhausted(agency=self.agency, year=self.year)

    def __str__(self) -> str:
        return f"{self.agency}-{self.year}-{self.serial:08d}"


@dataclass(frozen=True, slots=True)
class Line:
    """One fee on a receipt."""

    obligation: str
    agency: str
    kind: str
    code: str
    name: str
    name_en: str
    quantity: int
    unit_amount: int
    amount: int


def series_year(moment: datetime) -> int:
    """The series a receipt belongs to: the year in Việt Nam when the money is collected."""
    return moment.astimezone(VIETNAM).year


def split(lines: Iterable[Line]) -> list[tuple[Line, ...]]:
    """The receipts to write: charges (phí) and fees (lệ phí) apart, each agency its own."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.agency, line.kind), []).append(line)
    return [tuple(groups[key]) for key in sorted(groups)]
