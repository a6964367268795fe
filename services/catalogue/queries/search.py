"""Ranked search over procedures: titles written alike, those that hold every word well ahead."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import TextClause, text

from chassis.errors import ValidationFailed
from chassis.schemas import Command
from chassis.work import Work
from services.catalogue import spelling
from services.catalogue.folding import fold_title
from services.catalogue.metrics import SEARCHES
from services.catalogue.queries import vocabulary
from services.catalogue.queries.recent import Recent

#: How much nearer a procedure counts that holds every word asked for, wherever it holds it.
EVERY_WORD = 0.6
#: Titles further apart share too few groups of letters to be meant (0 is the same, 1 is nothing shared).
TOO_FAR = 0.75
#: When more procedures than this hold every word, the words tell little apart: titles alone are compared.
FEW = 60
#: Nobody pages further through ranked results; whoever wants everything lists it without a question.
DEEPEST = 1_000

#: Many people ask the same at the same time; nothing published has to be found within the second.
_recent: Recent[dict[str, Any]] = Recent(seconds=2)

_CODE_LIKE = re.compile(r"(?:\d\.\d*|MC\.\d*)[A-Z0-9.]*", re.IGNORECASE)

# The index gives the second walk its rows in the order of distance, so it compares as many titles as are shown
# and not every title of the country. Whatever is nearer than a title shown, or just as near, is known when it is
# shown (WITH TIES): the pages of one question never overlap.
_SEARCH = """
WITH holding AS MATERIALIZED (
  SELECT id, search_title FROM procedure_versions
  WHERE {filters} AND search_words @@ CAST(:question AS tsquery)
  LIMIT :few + 1
), found AS MATERIALIZED (
  (SELECT id, (search_title <-> :asked) * :every_word AS score
   FROM holding WHERE (SELECT count(*) <= :few FROM holding))
  UNION ALL
  (SELECT id, search_title <-> :asked AS score
   FROM procedure_versions WHERE {filters}
   ORDER BY search_title <-> :asked FETCH FIRST (:nearest) ROWS WITH TIES)
), best AS (
  SELECT id, min(score) AS score FROM found
  GROUP BY id HAVING min(score) <= :too_far
  ORDER BY 2, 1 OFFSET :skipped LIMIT :wanted
)
SELECT code, version_no, name, name_en, field, agency, level, valid_from, valid_to,
       jsonb_path_query_array(channels, '$[*].channel') AS channels
FROM best JOIN procedure_versions USING (id)
ORDER BY score, id
"""
_FILTERS = {
    "on": "valid_from <= :on AND (valid_to IS NULL OR valid_to >= :on)",
    "field": "search_field = :field",
    "agency": "agency = :agency",
    "level": "level = :level",
}


def is_code(q: str) -> bool:
    """Whether somebody typed (the beginning of) a procedure code."""
    return _CODE_LIKE.fullmatch(q) is not None


def ranked(work: Work, query: Command, filters: Mapping[str, Any]) -> dict[str, Any]:
    """One page, best match first; an empty question matches nothing. `filters`: some of on, field, agency, level."""
    asked = fold_title(query.q)
    skipped = _place(query.cursor)
    if not asked:
        return {"items": [], "next": None}
    key = (asked, skipped, query.limit, *filters.items())
    return _recent.get(work, key, lambda: _answer(work, asked, skipped, query.limit, filters))


def _answer(work: Work, asked: str, skipped: int, limit: int, filters: Mapping[str, Any]) -> dict[str, Any]:
    following = skipped + limit
    values = {
        **filters,
        "asked": asked,
        "question": _question(asked, vocabulary.words(work)),
        "every_word": EVERY_WORD,
        "too_far": TOO_FAR,
        "few": FEW,
        "nearest": following + 1,
        "skipped": skipped,
        "wanted": limit + 1,
    }
    found = work.session.execute(_statement(tuple(filters)), values)
    rows = [dict(row) for row in found.mappings()]
    if not skipped:
        SEARCHES.labels("yes" if rows else "no").inc()
    more = len(rows) > limit and following < DEEPEST
    return {"items": rows[:limit], "next": _cursor(following) if more else None}


@cache
def _statement(filters: tuple[str, ...]) -> TextClause:
    return text(_SEARCH.format(filters=" AND ".join(_FILTERS[name] for name in filters)))


def _question(asked: str, known: frozenset[str]) -> str:
    """All the words; one that nobody ever wrote may also be any word it is a slip away from."""
    return " & ".join(_alternatives(word, known) for word in asked.split())


def _alternatives(word: str, known: frozenset[str]) -> str:
    meant = [] if word in known else spelling.near(word, known)
    return "(" + " | ".join([word, *meant]) + ")"


def _cursor(skipped: int) -> str:
    return urlsafe_b64encode(f"r{skipped}".encode()).decode().rstrip("=")


def _place(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        place = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        place = ""
    if not re.fullmatch(r"r\d{1,4}", place):
        vi, en = "Con trỏ trang không hợp lệ.", "This cursor is not valid."
        raise ValidationFailed.on("/cursor", "bad-cursor", vi=vi, en=en)
    return int(place[1:])
