"""Every word the published procedures use, kept in memory for a minute."""

import time
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, text

from chassis.work import Work

KEPT_SECONDS = 60.0

_WORDS = text("SELECT word FROM ts_stat('SELECT search_words FROM procedure_versions')")
_known: WeakKeyDictionary[Engine, tuple[float, frozenset[str]]] = WeakKeyDictionary()


def words(work: Work) -> frozenset[str]:
    """A word missing here for a minute only costs a few guesses at what was meant."""
    engine = work.session.get_bind()
    assert isinstance(engine, Engine)
    read_at, known = _known.get(engine, (0.0, frozenset()))
    if not known or time.monotonic() - read_at > KEPT_SECONDS:
        known = frozenset(work.session.scalars(_WORDS))
        _known[engine] = (time.monotonic(), known)
    return known
