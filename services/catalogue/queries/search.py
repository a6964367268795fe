"""Ranked search over procedures: titles written alike, those that hold every word well ahead."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from sqlalchemy import Float, Select, Text, bindparam, cast, literal, select, union_all
from sqlalchemy.dialects.postgresql import TSQUERY

from chassis.errors import ValidationFailed
from chassis.work import Work
from services.catalogue import spelling
from services.catalogue.folding import fold_title
from services.catalogue.metrics import SEARCHES
from services.catalogue.queries import vocabulary
from services.catalogue.tables import ProcedureVersion

#: How much nearer a procedure counts that holds every word asked for, wherever it holds it.
EVERY_WORD = 0.6
#: Titles further apart share too few groups of letters to be meant (0 is the same, 1 is nothing shared).
TOO_FAR = 0.75
#: Nobody pages further through ranked results; whoever wants everything lists it without a question.
DEEPEST = 1_000

_CODE_LIKE = re.compile(r"(?:\d\.\d*|MC\.\d*)[A-Z0-9.]*", re.IGNORECASE)


def is_code(q: str) -> bool:
    """Whether somebody typed (the beginning of) a procedure code."""
    return _CODE_LIKE.fullmatch(q) is not None


def ranked(work: Work, items: Select[Any], query: Any) -> dict[str, Any]:
    """One page of `items`, best match first; an empty question matches nothing."""
    asked = fold_title(query.q)
    offset = _offset(query.cursor)
    if not asked:
        return {"items": [], "next": None}
    statement = _statement(items, asked, _question(asked, vocabulary.words(work)), offset, query.limit)
    rows = work.session.execute(statement).mappings().all()
    if not offset:
        SEARCHES.labels("yes" if rows else "no").inc()
    following = offset + query.limit
    more = len(rows) > query.limit and following < DEEPEST
    return {"items": rows[: query.limit], "next": _cursor(following) if more else None}


def _statement(items: Select[Any], asked: str, question: str, offset: int, limit: int) -> Select[Any]:
    """Two short walks along the trigram index, nearest title first, merged by score.

    An index that gives rows in the order of distance spares comparing every title of the country.
    """
    distance = ProcedureVersion.search_title.op("<->", return_type=Float)(bindparam("asked", asked, Text))
    holds_every_word = ProcedureVersion.search_words.op("@@")(cast(literal(question, Text), TSQUERY))
    walks = []
    for walk, weight in (
        (items.where(holds_every_word), EVERY_WORD),
        (items.where(distance <= TOO_FAR), 1.0),
    ):
        scored = walk.add_columns((distance * weight).label("score"))
        walks.append(select(scored.order_by(distance).limit(offset + limit + 1).subquery()))
    merged = union_all(*walks).subquery()
    best = select(merged).distinct(merged.c.code).order_by(merged.c.code, merged.c.score).subquery()
    return select(best).order_by(best.c.score, best.c.code).offset(offset).limit(limit + 1)


def _question(asked: str, known: frozenset[str]) -> str:
    """All the words; one nobody ever wrote may also be any word it is a slip away from."""
    return " & ".join(_alternatives(word, known) for word in asked.split())


def _alternatives(word: str, known: frozenset[str]) -> str:
    meant = [] if word in known else spelling.near(word, known)
    return "(" + " | ".join([word, *meant]) + ")"


def _cursor(offset: int) -> str:
    return urlsafe_b64encode(f"r{offset}".encode()).decode().rstrip("=")


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        text = ""
    if not re.fullmatch(r"r\d{1,4}", text):
        vi, en = "Con trỏ trang không hợp lệ.", "This cursor is not valid."
        raise ValidationFailed.on("/cursor", "bad-cursor", vi=vi, en=en)
    return int(text[1:])
