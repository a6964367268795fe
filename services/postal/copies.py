"""What postal keeps of other services' data: the names and mergers of agencies."""

from chassis.copies import keep
from chassis.events import Event
from chassis.work import Work
from services.postal.tables import Agency


def keep_agency(event: Event, work: Work) -> None:
    names = {"code": event.code, "name": event.name}
    keep(event, work, Agency, names | {"valid_to": event.valid_to, "merged_into": event.merged_into})
