"""One effect and one answer per command id: stored in the transaction of the command itself."""

import hashlib
import hmac
from typing import Any

import orjson
from sqlalchemy import text

from chassis.errors import KeyReused, RequestInProgress
from chassis.work import Work

# The claim comes first: a second request with the same key waits here for the first one's commit.
_CLAIM = text(
    "INSERT INTO idempotency_keys (scope, key, body_hash) VALUES (:scope, :key, :body_hash)"
    " ON CONFLICT (scope, key) DO NOTHING RETURNING true"
)
_STORED = text("SELECT body_hash, answer FROM idempotency_keys WHERE scope = :scope AND key = :key")
_KEEP = text("UPDATE idempotency_keys SET answer = :answer WHERE scope = :scope AND key = :key")


def body_hash(payload: Any, secret: str) -> str:
    """Keyed, because a body may hold a password and a plain hash of it could be guessed."""
    body = orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Claim:
    """The right to carry out one command, or the answer it already has."""

    def __init__(self, work: Work, operation: str, subject: str, key: str, payload: Any, secret: str) -> None:
        self._work = work
        self._row = {"scope": f"{operation}:{subject}", "key": key}
        self.answer: Any = None
        self.already_done = False
        digest = body_hash(payload, secret)
        claimed = work.session.execute(_CLAIM, self._row | {"body_hash": digest}).scalar()
        if not claimed:
            self._replay(digest)

    def _replay(self, digest: str) -> None:
        stored = self._work.session.execute(_STORED, self._row).one_or_none()
        if stored is None or stored.answer is None:
            raise RequestInProgress
        if stored.body_hash != digest:
            raise KeyReused
        self.answer = orjson.loads(stored.answer)
        self.already_done = True

    def keep(self, answer: Any) -> None:
        self.answer = answer
        self._work.session.flush()
        self._work.session.execute(_KEEP, self._row | {"answer": orjson.dumps(answer).decode()})
