"""Taking back access at once: told to every service, and noted here for when identity itself is asked."""

from chassis import withdrawn
from chassis.work import Work
from services.identity.events import AccessWithdrawn


def of_session(session: str, account: str, work: Work) -> None:
    """The access tokens a session has been given so far."""
    _withdraw(withdrawn.session(session), account, work)


def of_account(account: str, work: Work) -> None:
    """Every access token an account has been given so far; a refresh gives what it may still do."""
    _withdraw(withdrawn.account(account), account, work)


def of_mandate(mandate: str, work: Work) -> None:
    """Every access token under which somebody acts by it."""
    _withdraw(withdrawn.mandate(mandate), mandate, work)


def _withdraw(holder: str, subject: str, work: Work) -> None:
    before = work.clock.now()
    withdrawn.keep(holder, before, work)
    work.emit(AccessWithdrawn, subject=subject, data={"holder": holder, "before": before})
