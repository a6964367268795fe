"""What postal keeps of other services' data: the names of agencies."""

from chassis.copies import keep
from chassis.events import Event
from chassis.work import Work
from services.postal.tables import Agency


def keep_agency(event: Event, work: Work) -> None:
    keep(event, work, Agency, {"code": event.code, "name": event.name})
