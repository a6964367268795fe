"""One effect and one answer per command id: stored in the transaction of the command itself."""

import hashlib
import hmac
from typing import Any

import orjson
from sqlalchemy.exc import DBAPIError

from chassis import sealing
from chassis.database import passing_failure
from chassis.errors import Busy, KeyReused, RequestInProgress
from chassis.sealed import keyring_of
from chassis.work import Work

# The claim comes first: a second request with the same key waits here for the first one's commit.
_CLAIM = (
    "INSERT INTO idempotency_keys (scope, key, body_hash) VALUES (%s, %s, %s)"
    " ON CONFLICT (scope, key) DO NOTHING"
)
_STORED = "SELECT body_hash, answer FROM idempotency_keys WHERE scope = %s AND key = %s"
_KEEP = "UPDATE idempotency_keys SET answer = %s WHERE scope = %s AND key = %s"


def body_hash(payload: Any, secret: str) -> str:
    """Keyed, because a body may hold a password and a plain hash of it could be guessed."""
    body = orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Claim:
    """The right to carry out one command, or the answer it already has."""

    def __init__(
        self, work: Work, service: str, operation: str, subject: str, key: str, payload: Any, secret: str
    ) -> None:
        self._work = work
        work.claimed = True
        self._id = (f"{operation}:{subject}", key)
        self._place = sealing.place(service, "idempotency_keys", "answer", "/".join(self._id))
        self.answer: Any = None
        digest = body_hash(payload, secret)
        connection = work.session.connection()
        self._keyring = keyring_of(connection.dialect)
        try:
            self.already_done = connection.exec_driver_sql(_CLAIM, (*self._id, digest)).rowcount == 0
        except DBAPIError as error:
            if isinstance(passing_failure(error), Busy):
                # The one who holds this key is still at it.
                raise RequestInProgress from error
            raise
        if self.already_done:
            self._replay(connection.exec_driver_sql(_STORED, self._id).one_or_none(), digest)

    def _replay(self, stored: Any, digest: str) -> None:
        if stored is None or stored.answer is None:
            raise RequestInProgress
        if stored.body_hash != digest:
            raise KeyReused
        self.answer = orjson.loads(self._keyring.open(bytes(stored.answer), self._place))

    def keep(self, answer: Any) -> None:
        self.answer = answer
        self._work.at_the_end(_KEEP, (self._keyring.seal(orjson.dumps(answer), self._place), *self._id))
