"""Telling an account that somebody in office has read its personal data."""

from chassis.caller import Caller
from chassis.reads import PersonalDataRead
from chassis.work import Work


def record(event: type[PersonalDataRead], caller: Caller, work: Work) -> None:
    """One event for each account whose data was shown, and for each dossier of theirs."""
    grant = caller.granted
    # In one order, so that two readings of the same accounts cannot wait for each other.
    for owner, dossier, reference in sorted(grant.shown, key=str):
        data = {
            "owner": owner,
            "reader": caller.subject,
            "agency": caller.agency,
            "roles": sorted(grant.by - {"anonymous"}),
            "purpose": grant.purpose or event.usually,
            "dossier": dossier,
            "reference": reference,
            "at": work.clock.now(),
        }
        work.emit(event, subject=owner, data=data)
