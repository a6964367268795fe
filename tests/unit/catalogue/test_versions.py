"""Versions follow one another: never two on one day, no gap by accident."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalogue.versions import LeavesGap, OutOfOrder, Window, closed_by, in_force

START = date(2019, 1, 1)
DAYS = st.integers(0, 60).map(lambda number: START + timedelta(days=number))
PUBLICATIONS = st.lists(st.tuples(DAYS, st.none() | st.integers(0, 30), st.booleans()), max_size=8)


def publish(windows: list[Window], first: date, last: date | None, reopens: bool) -> list[Window]:
    closed = {window.number: window for window in closed_by(windows, first, last, reopens=reopens)}
    kept = [closed.get(window.number, window) for window in windows]
    return [*kept, Window(len(windows) + 1, first, last)]


def published(publications: list[tuple[date, int | None, bool]]) -> list[Window]:
    windows: list[Window] = []
    for first, length, reopens in publications:
        last = None if length is None else first + timedelta(days=length)
        try:
            windows = publish(windows, first, last, reopens)
        except (OutOfOrder, LeavesGap):
            continue
    return windows


@given(PUBLICATIONS, DAYS)
def test_at_most_one_version_is_in_force_on_a_day(
    publications: list[tuple[date, int | None, bool]], day: date
) -> None:
    holding = [window for window in published(publications) if window.holds(day)]
    assert len(holding) <= 1


@given(PUBLICATIONS)
def test_without_reopening_there_is_no_gap(publications: list[tuple[date, int | None, bool]]) -> None:
    windows = published([(first, length, False) for first, length, _ in publications])
    alive = [window for window in windows if not window.empty]
    for earlier, later in pairwise(alive):
        assert earlier.last == later.first - timedelta(days=1)


@given(PUBLICATIONS, DAYS, st.none() | st.integers(0, 30))
def test_the_newest_publication_stands_as_asked(
    publications: list[tuple[date, int | None, bool]], first: date, length: int | None
) -> None:
    windows = published(publications)
    last = None if length is None else first + timedelta(days=length)
    try:
        after = publish(windows, first, last, reopens=True)
    except OutOfOrder as refusal:
        assert refusal.window.first > first
    else:
        assert in_force(after, first) == Window(len(windows) + 1, first, last)
        assert in_force(after, last or date.max) == Window(len(windows) + 1, first, last)


def test_a_new_version_ends_the_one_in_force() -> None:
    windows = publish([Window(1, START, None)], START + timedelta(days=10), None, reopens=False)
    assert windows[0].last == START + timedelta(days=9)


def test_a_version_replaced_on_its_first_day_was_never_in_force() -> None:
    windows = publish([Window(1, START, None)], START, None, reopens=False)
    assert windows[0].empty
    assert in_force(windows, START) == windows[1]


def test_publishing_before_a_later_version_is_out_of_order() -> None:
    with pytest.raises(OutOfOrder):
        closed_by([Window(1, START, None)], START - timedelta(days=1), None)


def test_a_gap_has_to_be_meant() -> None:
    ended = [Window(1, START, START + timedelta(days=5))]
    later = START + timedelta(days=7)
    with pytest.raises(LeavesGap):
        closed_by(ended, later, None)
    assert closed_by(ended, later, None, reopens=True) == []
    assert closed_by(ended, later - timedelta(days=1), None) == []
