"""Every word the published procedures use."""

from sqlalchemy import text

from chassis.work import Work
from services.catalogue.queries.recent import Recent

_WORDS = text("SELECT word FROM ts_stat('SELECT search_words FROM procedure_versions')")
#: A word missing here for a minute only costs a few guesses at what was meant.
_recent: Recent[frozenset[str]] = Recent(seconds=60)


def words(work: Work) -> frozenset[str]:
    return _recent.get(work, "words", lambda: frozenset(work.session.scalars(_WORDS)))
