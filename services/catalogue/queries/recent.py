"""Answers kept in memory for a moment, apart for each database."""

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from chassis.work import Work

Answer = TypeVar("Answer")


class Recent(Generic[Answer]):
    """What was answered a moment ago is answered again without asking the database."""

    def __init__(self, *, seconds: float, most: int = 1_000) -> None:
        self._seconds, self._most = seconds, most
        self._kept: WeakKeyDictionary[Engine, dict[Hashable, tuple[float, Answer]]] = WeakKeyDictionary()

    def get(self, work: Work, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """The kept answer, or the one `make` gives now."""
        engine = work.session.get_bind()
        assert isinstance(engine, Engine)
        answers = self._kept.setdefault(engine, {})
        made_at, answer = answers.get(key, (None, None))
        if made_at is not None and answer is not None and time.monotonic() - made_at < self._seconds:
            return answer
        made = make()
        if len(answers) >= self._most:
            answers.clear()
        answers[key] = (time.monotonic(), made)
        return made
