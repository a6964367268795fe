"""What feedback keeps of other services' data: dossiers and agencies, the newest it was told."""

from chassis.events import Event
from chassis.work import Work
from services.feedback import tables


def keep_agency(event: Event, work: Work) -> None:
    known = work.get(tables.Agency, event.code, lock=True)
    if known is None:
        known = tables.Agency(code=event.code, sequence=0)
        work.add(known)
    if known.sequence < event.meta.sequence:
        known.name, known.name_en = event.name, event.name_en or ""
        known.sequence = event.meta.sequence


def keep_submitted(event: Event, work: Work) -> None:
    """A dossier exists: from now on its owner is told that it is not finished, not that it is unknown."""
    if work.get(tables.Dossier, event.dossier) is None:
        work.add(_dossier(event))


def keep_finished(event: Event, work: Work) -> None:
    known = work.get(tables.Dossier, event.dossier, lock=True)
    if known is None:
        known = _dossier(event)
        work.add(known)
    elif event.meta.sequence <= known.sequence:
        return
    known.code, known.agency = event.code, event.agency
    known.outcome, known.on_time, known.finished_at = event.outcome, event.on_time, event.finished_at
    known.sequence = event.meta.sequence


def _dossier(event: Event) -> tables.Dossier:
    return tables.Dossier(
        id=event.dossier,
        reference=event.reference,
        procedure=event.procedure,
        agency=event.agency,
        owner=event.owner,
        sequence=event.meta.sequence,
    )
