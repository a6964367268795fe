"""Browsers their owners signed in with before (OWASP's device cookies): each has a count of tries of its own."""

import hashlib

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from chassis.ids import new_id
from chassis.work import Work
from services.identity import ending
from services.identity.tables import Account, Device


def digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()


def knows(cookie: str, identifier: str, work: Work) -> bool:
    """Whether this browser was used by the owner of an account of this identifier."""
    known = (
        select(Device.id)
        .join(Account, Account.id == Device.account)
        .where(Device.digest == digest(cookie), Account.identifier_digest == identifier)
    )
    return work.session.scalars(known.limit(1)).first() is not None


def remember(cookie: str, account: str, name: str, work: Work) -> str:
    """Note that the owner was here; the device's id."""
    now = work.clock.now()
    noted = insert(Device).values(
        id=new_id(),
        account=account,
        digest=digest(cookie),
        name=name,
        first_seen_at=now,
        last_seen_at=now,
    )
    noted = noted.on_conflict_do_update(
        index_elements=[Device.account, Device.digest], set_={"last_seen_at": now, "name": name}
    )
    return str(work.session.execute(noted.returning(Device.id)).scalar_one())


def of(account: str, work: Work) -> list[Device]:
    wanted = select(Device).where(Device.account == account).order_by(Device.last_seen_at.desc())
    return list(work.session.scalars(wanted))


def forget(device: str, account: str, work: Work) -> bool:
    """Its tries count as a stranger's again, and who is signed in there is signed out."""
    gone = work.session.execute(
        delete(Device).where(Device.id == device, Device.account == account).returning(Device.id)
    ).all()
    if gone:
        ending.end_device(device, account, work)
    return bool(gone)


def forget_all(account: str, work: Work) -> None:
    work.session.execute(delete(Device).where(Device.account == account))
