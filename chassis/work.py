"""The unit of work: one transaction, its clock, and the events that leave with it."""

from datetime import UTC
from typing import Any, NoReturn, TypeVar

import orjson
from sqlalchemy.orm import Session

from chassis.clock import Clock, SystemClock
from chassis.events import Published
from chassis.ids import new_id
from chassis.texts import Language
from chassis.trace import current_traceparent

Row = TypeVar("Row")

# One statement takes the aggregate's next sequence and writes the event: the stream's row lock makes
# sequences gap-free and keeps the outbox of an aggregate in commit order.
_EMIT = """
    WITH stream AS (
        INSERT INTO outbox_streams (subject, sequence) VALUES (%s, 1)
        ON CONFLICT (subject) DO UPDATE SET sequence = outbox_streams.sequence + 1
        RETURNING subject, sequence
    )
    INSERT INTO outbox (id, type, subject, sequence, consumed, body)
    SELECT CAST(%s AS uuid), %s, subject, sequence, %s, '{"sequence":' || sequence || ',' || %s FROM stream
"""
_AT_ONCE = 50


def _refuse(*_: object) -> NoReturn:
    raise TypeError("only the chassis ends a transaction: return, raise, or keep_so_far()")


class Work:
    """What a use case works with; the chassis commits it, or rolls it back when anything is raised."""

    def __init__(self, session: Session, clock: Clock | None = None, language: Language = "vi") -> None:
        self.session = session
        # A commit past the chassis would lose the statements that are put off, events among them.
        self.session.commit = self.session.rollback = _refuse  # type: ignore[method-assign]
        self.clock: Clock = clock or SystemClock()
        self.language: Language = language
        #: Whether the answer to an idempotency key is to be committed with this.
        self.claimed = False
        self._put_off: list[tuple[str, tuple[Any, ...]]] = []

    def add(self, *rows: Any) -> None:
        self.session.add_all(rows)

    def get(self, kind: type[Row], key: Any, *, lock: bool = False) -> Row | None:
        """The row, or None; `lock` holds it until the transaction ends (SELECT FOR NO KEY UPDATE)."""
        # Its key never changes: rows that only refer to it need not wait, and cannot deadlock with us.
        wanted = {"key_share": True} if lock else None
        return self.session.get(kind, key, with_for_update=wanted, populate_existing=lock)

    def emit(self, event: type[Published], *, subject: str, data: dict[str, Any]) -> None:
        """Put an event into the outbox; it leaves when, and only when, this work is committed."""
        if event.retired:
            raise TypeError(f"{event.type} is not said any more")
        event_id = new_id()
        envelope = {
            "specversion": "1.0",
            "id": event_id,
            "source": "/" + event.type.split(".")[2],
            "type": event.type,
            "subject": subject,
            "time": self.clock.now().astimezone(UTC).isoformat(),
            "datacontenttype": "application/json",
            "traceparent": current_traceparent(),
            "data": event.show(data),
        }
        # The database puts `{"sequence":n,` in front, where it takes the number.
        rest = orjson.dumps(envelope).decode()[1:]
        self.at_the_end(_EMIT, (subject, event_id, event.type, event.consumed, rest))

    def at_the_end(self, statement: str, values: tuple[Any, ...]) -> None:
        """Put a statement off to just before the commit: it saves a round trip, and locks are held for less long."""
        self._put_off.append((statement, values))
        if len(self._put_off) >= _AT_ONCE:
            self.finish()

    def keep_so_far(self) -> None:
        """Commit what must stay whatever comes after; not in a command with a key, whose answer belongs with it."""
        if self.claimed:
            raise TypeError("a command and its answer are committed together")
        self.finish()
        Session.commit(self.session)

    def finish(self) -> None:
        """Write everything there is to write."""
        self.session.flush()
        if self._put_off:
            statements = ";".join(statement for statement, _ in self._put_off)
            values = tuple(value for _, values in self._put_off for value in values)
            self._put_off.clear()
            self.session.connection().exec_driver_sql(statements, values)
