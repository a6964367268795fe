"""The local copy of the catalogue's agencies: their names, for receipts."""

from chassis.events import Event
from chassis.work import Work
from services.payment.tables import Agency


def keep_agency(event: Event, work: Work) -> None:
    """Keep an agency's names, unless newer ones are kept already."""
    row = work.get(Agency, event.code, lock=True)
    if row is None:
        row = Agency(code=event.code)
        work.add(row)
    elif row.sequence >= event.meta.sequence:
        return
    row.name, row.name_en, row.sequence = event.name, event.name_en or "", event.meta.sequence
