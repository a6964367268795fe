"""What postal keeps of other services' data: the names of agencies."""

from chassis.events import Event
from chassis.work import Work
from services.postal import tables


def keep_agency(event: Event, work: Work) -> None:
    """Apply what is newer of the catalogue's agencies."""
    known = work.get(tables.Agency, event.code, lock=True)
    if known is None:
        work.add(tables.Agency(code=event.code, name=event.name, sequence=event.meta.sequence))
    elif known.sequence < event.meta.sequence:
        known.name, known.sequence = event.name, event.meta.sequence
