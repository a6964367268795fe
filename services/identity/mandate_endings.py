"""Ending a mandate: tokens given under it stop counting in every service."""

from sqlalchemy import or_, select

from chassis.caller import Caller
from chassis.work import Work
from services.identity import withdrawals
from services.identity.tables import Mandate


def end(mandate: Mandate, caller: Caller, work: Work) -> None:
    """Revoke a mandate, or refuse one that was not accepted."""
    mandate.revoked_at, mandate.revoked_by = work.clock.now(), _person(caller)
    withdraw_mandate(mandate.id, work)


def end_all_of(account: str, work: Work) -> None:
    """Every mandate that an account gave, holds, or gave in somebody's name: its owner never agreed to any."""
    has_part = or_(Mandate.principal == account, Mandate.delegate == account, Mandate.granted_by == account)
    open_ones = select(Mandate).where(has_part, Mandate.revoked_at.is_(None)).order_by(Mandate.id)
    for mandate in work.session.scalars(open_ones.with_for_update()):
        mandate.revoked_at, mandate.revoked_by = work.clock.now(), account
        withdraw_mandate(mandate.id, work)


def _person(caller: Caller) -> str:
    return caller.actor.subject if caller.actor else caller.subject


def withdraw_mandate(mandate: str, work: Work) -> None:
    """Tell every service that access tokens of this mandate, given until now, count no longer."""
    withdrawals.of_mandate(mandate, work)
