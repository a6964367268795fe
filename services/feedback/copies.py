"""What feedback keeps of other services' data: dossiers and agencies, the newest it was told."""

from typing import Any

from chassis.copies import keep
from chassis.events import Event
from chassis.work import Work
from services.feedback.tables import Agency, Dossier


def keep_agency(event: Event, work: Work) -> None:
    names = {"code": event.code, "name": event.name, "name_en": event.name_en or ""}
    keep(event, work, Agency, names | {"valid_to": event.valid_to, "merged_into": event.merged_into})


def keep_submitted(event: Event, work: Work) -> None:
    """A dossier exists: from now on its owner is told that it is not finished, not that it is unknown."""
    open_still = {"code": None, "outcome": None, "on_time": None, "finished_at": None}
    keep(event, work, Dossier, _dossier(event) | open_still)


def keep_finished(event: Event, work: Work) -> None:
    end = {"outcome": event.outcome, "on_time": event.on_time, "finished_at": event.finished_at}
    keep(event, work, Dossier, _dossier(event) | {"code": event.code} | end)


def _dossier(event: Event) -> dict[str, Any]:
    return {
        "id": event.dossier,
        "reference": event.reference,
        "procedure": event.procedure,
        "agency": event.agency,
        "owner": event.owner,
    }
