"""Answers kept for a moment: not longer, not for another database, not without bound."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import create_engine

from services.catalogue.queries.recent import Recent


def work_on(engine: Any) -> Any:
    return SimpleNamespace(session=SimpleNamespace(get_bind=lambda: engine))


@pytest.fixture
def work() -> Any:
    return work_on(create_engine("postgresql+psycopg2://"))


def test_an_answer_is_given_again_until_it_is_too_old(work: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    recent: Recent[int] = Recent(seconds=2)
    assert recent.get(work, "a", lambda: 1) == 1
    now[0] = 1.9
    assert recent.get(work, "a", lambda: 2) == 1
    now[0] = 2.0
    assert recent.get(work, "a", lambda: 3) == 3


def test_questions_and_databases_are_kept_apart(work: Any) -> None:
    recent: Recent[str] = Recent(seconds=60)
    other = work_on(create_engine("postgresql+psycopg2://"))
    assert recent.get(work, "a", lambda: "one") == "one"
    assert recent.get(work, "b", lambda: "two") == "two"
    assert recent.get(other, "a", lambda: "three") == "three"


def test_no_more_is_kept_than_allowed(work: Any) -> None:
    recent: Recent[int] = Recent(seconds=60, most=3)
    for number in range(10):
        recent.get(work, number, lambda number=number: number)
    kept = next(iter(recent._kept.values()))
    assert len(kept) <= 3


def test_a_failure_is_not_kept(work: Any) -> None:
    recent: Recent[int] = Recent(seconds=60)
    with pytest.raises(ZeroDivisionError):
        recent.get(work, "a", lambda: 1 // 0)
    assert recent.get(work, "a", lambda: 1) == 1
