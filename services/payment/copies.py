"""The local copy of the catalogue's agencies: their names, for receipts."""

from chassis.copies import keep
from chassis.events import Event
from chassis.work import Work
from services.payment.tables import Agency


def keep_agency(event: Event, work: Work) -> None:
    keep(event, work, Agency, {"code": event.code, "name": event.name, "name_en": event.name_en or ""})
