"""How the versions of a procedure follow one another: dated, never two on one day, no gap by accident."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """The days a version is in force; no end means until further notice."""

    number: int
    first: date
    last: date | None

    @property
    def empty(self) -> bool:
        """A version replaced on its very first day was never in force."""
        return self.last is not None and self.last < self.first

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


class OutOfOrder(Exception):
    """A version that starts later is already published."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.window = window


class LeavesGap(Exception):
    """The version before ends days before this one starts."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.window = window


def closed_by(
    existing: Sequence[Window], first: date, last: date | None, *, reopens: bool = False
) -> list[Window]:
    """The windows that change when a version for [first, last] is published, with their new ends.

    Raises OutOfOrder when a later start exists, LeavesGap when the days before `first` would belong to no
    version; `reopens` says that this is meant (a scheme that starts again).
    """
    alive = sorted((window for window in existing if not window.empty), key=lambda window: window.first)
    if not alive:
        return []
    newest = alive[-1]
    if newest.first > first:
        raise OutOfOrder(newest)
    if newest.last is not None and newest.last + ONE_DAY < first and not reopens:
        raise LeavesGap(newest)
    if not newest.holds(first):
        return []
    return [Window(newest.number, newest.first, first - ONE_DAY)]


def in_force(windows: Sequence[Window], day: date) -> Window | None:
    return next((window for window in windows if window.holds(day)), None)
