"""Ending sessions: one place for all reasons."""

from sqlalchemy import select

from chassis.work import Work
from services.identity import withdrawals
from services.identity.tables import Session


def end(session: Session, reason: str, work: Work) -> None:
    """End a session; every service refuses its access tokens within seconds."""
    if session.ended_at is None:
        session.ended_at, session.end_reason = work.clock.now(), reason
        withdrawals.of_session(session.id, session.account, work)


def end_one(session: str, account: str, reason: str, work: Work) -> bool:
    """End a session of this account; False when it has no such session."""
    found = work.get(Session, session, lock=True)
    if found is None or found.account != account:
        return False
    end(found, reason, work)
    return True


def end_all(account: str, reason: str, work: Work, but: str | None = None) -> None:
    for session in _open(account, work):
        if session.id != but:
            end(session, reason, work)


def end_device(device: str, account: str, work: Work) -> None:
    for session in _open(account, work):
        if session.device_id == device:
            end(session, "device-forgotten", work)


def _open(account: str, work: Work) -> list[Session]:
    wanted = select(Session).where(Session.account == account, Session.ended_at.is_(None))
    return list(work.session.scalars(wanted.order_by(Session.id).with_for_update()))
