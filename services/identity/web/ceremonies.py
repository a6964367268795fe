"""What a browser is in the middle of, kept for ten minutes under the digest of its cookie."""

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from services.identity.tables import Ceremony
from services.identity.web.visit import Visit

LASTS = timedelta(minutes=10)


def begin(visit: Visit, stage: str, account: str | None = None, **kept: Any) -> None:
    """The newest of a kind replaces the one before."""
    values = {
        "account": account,
        "stage": stage,
        "kept": kept,
        "expires_at": visit.work.clock.now() + LASTS,
    }
    new = insert(Ceremony).values(digest=_digest(visit, stage), **values)
    visit.work.session.execute(new.on_conflict_do_update(index_elements=[Ceremony.digest], set_=values))


def current(visit: Visit, stage: str) -> Ceremony | None:
    found = visit.work.get(Ceremony, _digest(visit, stage), lock=True)
    return found if found and found.expires_at > visit.work.clock.now() else None


def taken(visit: Visit, stage: str) -> Ceremony | None:
    """The same, for the last time: what is once taken, whatever comes of it, is no longer there."""
    found = current(visit, stage)
    if found is not None:
        visit.work.session.execute(delete(Ceremony).where(Ceremony.digest == found.digest))
        visit.work.session.expunge(found)
    return found


def _digest(visit: Visit, stage: str) -> str:
    return hashlib.sha256(f"{stage}:{visit.binding}".encode()).hexdigest()
