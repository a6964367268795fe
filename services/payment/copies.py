"""The local copy of the catalogue's agencies: their names, for receipts, and their mergers."""

from chassis.copies import keep
from chassis.events import Event
from chassis.work import Work
from services.payment.tables import Agency


def keep_agency(event: Event, work: Work) -> None:
    names = {"code": event.code, "name": event.name, "name_en": event.name_en or ""}
    keep(event, work, Agency, names | {"valid_to": event.valid_to, "merged_into": event.merged_into})
