"""The local copies this service can have told anew, and by whom."""

from chassis.copies import Copies, Copy
from services.identity import copies, events

COPIES: Copies = {
    "agencies": Copy("catalogue", "agency_snapshots", events.AgencyPublished, copies.keep_agency),
}
