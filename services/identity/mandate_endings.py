"""Ending a mandate: tokens given under it stop counting in every service."""

from chassis.caller import Caller
from chassis.work import Work
from services.identity import withdrawals
from services.identity.tables import Mandate


def end(mandate: Mandate, caller: Caller, work: Work) -> None:
    """Revoke a mandate, or refuse one that was not accepted."""
    mandate.revoked_at, mandate.revoked_by = work.clock.now(), _person(caller)
    withdraw_mandate(mandate.id, work)


def _person(caller: Caller) -> str:
    return caller.actor.subject if caller.actor else caller.subject


def withdraw_mandate(mandate: str, work: Work) -> None:
    """Tell every service that access tokens of this mandate, given until now, count no longer."""
    withdrawals.of_mandate(mandate, work)
