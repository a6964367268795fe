"""Access that was taken back before its tokens expire: told by the identity service, refused by every other."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text

from chassis import fields
from chassis.database import Sessions
from chassis.errors import Unauthenticated
from chassis.events import Consumed, Event
from chassis.work import Work

#: No access token lives longer, so what was withdrawn longer ago may be forgotten.
LONGEST_LIFE_SECONDS = 20 * 60
#: How long it takes at most until a replica knows what its database knows.
RELOAD_SECONDS = 3.0
#: A row is told at one moment and seen when its transaction is committed, which takes no longer than this.
_COMMITS_WITHIN = 60


class WithdrawnToken(Unauthenticated):
    vi = "Quyền truy cập này đã được thu hồi; hãy gia hạn hoặc đăng nhập lại."
    en = "This access was taken back; refresh it or sign in again."


class AccessWithdrawn(Consumed):
    type = "vn.motcua.identity.access-withdrawn.v1"

    holder = fields.Text(required=True, max=80)
    before = fields.Moment(required=True)


_REMEMBER = text(
    """
    INSERT INTO withdrawn_access (holder, before) VALUES (:holder, :before)
    ON CONFLICT (holder) DO UPDATE SET before = excluded.before, told_at = excluded.told_at
    WHERE withdrawn_access.before < excluded.before
    """
)
_TOLD = text(
    "SELECT holder, before FROM withdrawn_access"
    " WHERE told_at > clock_timestamp() - make_interval(secs => :seconds)"
)


def account(account_id: str) -> str:
    """The holder of every token of an account."""
    return f"account:{account_id}"


def mandate(mandate_id: str) -> str:
    """The holder of the tokens of those who act under a mandate."""
    return f"mandate:{mandate_id}"


def session(session_id: str) -> str:
    """The holder of the tokens of one session."""
    return f"session:{session_id}"


def remember(event: Event, work: Work) -> None:
    keep(event.holder, event.before, work)


def keep(holder: str, before: datetime, work: Work) -> None:
    """Enter it in this service's own table."""
    work.session.execute(_REMEMBER, {"holder": holder, "before": before})


class Withdrawn:
    """What a process knows of it: a copy of the table, which is read again now and then while requests come.

    Only one replica of a service is given an event, so each asks the database they share.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._before: dict[str, float] = {}
        self._asked_at = self._knew_at = time.monotonic() - LONGEST_LIFE_SECONDS

    def look(self) -> None:
        """Learn what has been told since the last look. Raises Unavailable; what is known stays known."""
        now = time.monotonic()
        if now - self._asked_at < RELOAD_SECONDS:
            return
        # Whoever comes while we ask goes on with what is known.
        self._asked_at = now
        since = {"seconds": now - self._knew_at + _COMMITS_WITHIN}
        with self._sessions.work(read_only=True, alone=True) as work:
            told = {row.holder: row.before.timestamp() for row in work.session.execute(_TOLD, since)}
        self._knew_at = now
        horizon = time.time() - LONGEST_LIFE_SECONDS
        self._before = {who: before for who, before in self._before.items() if before > horizon} | told

    def refuses(self, claims: Mapping[str, Any]) -> bool:
        """Whether the token was given no later than its account, its session or who acts with it lost access."""
        before = self._before
        if not before:
            return False
        given = claims.get("iat", 0)
        actor = claims.get("act")
        return (
            given <= before.get(account(claims["sub"]), -1)
            or given <= before.get(session(claims.get("sid", "")), -1)
            or (actor is not None and given <= before.get(account(actor["sub"]), -1))
            or (actor is not None and given <= before.get(mandate(actor["mnd"]), -1))
        )
