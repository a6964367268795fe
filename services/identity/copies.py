"""The local copy of the catalogue's agencies: what appointments are granted at, and which were merged."""

from collections.abc import Iterable

from sqlalchemy import select

from chassis.copies import keep
from chassis.events import Event
from chassis.work import Work
from services.identity.agencies import Merger
from services.identity.tables import Agency


def keep_agency(event: Event, work: Work) -> None:
    agency = {
        "code": event.code,
        "valid_from": event.valid_from,
        "valid_to": event.valid_to,
        "merged_into": event.merged_into,
    }
    keep(event, work, Agency, agency)


def mergers_of(codes: Iterable[str], work: Work) -> dict[str, Merger]:
    """The mergers of these agencies, of what they were merged into, and so on."""
    found: dict[str, Merger] = {}
    seen: set[str] = set()
    while codes := set(codes) - seen:
        seen |= codes
        merged = select(Agency.code, Agency.merged_into, Agency.valid_to).where(
            Agency.code.in_(codes), Agency.merged_into.is_not(None), Agency.valid_to.is_not(None)
        )
        new = {row.code: Merger(row.merged_into, row.valid_to) for row in work.session.execute(merged)}
        found |= new
        codes = {merger.into for merger in new.values()}
    return found
