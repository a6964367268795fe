"""The local copies this service can have told anew, and by whom."""

from chassis.copies import Copies, Copy
from services.dossier import copies, events
from services.dossier.usecases import pausing

COPIES: Copies = {
    "procedures": Copy(
        "catalogue", "procedure_snapshots", events.ProcedurePublished, copies.procedure_published
    ),
    "agencies": Copy("catalogue", "agency_snapshots", events.AgencyPublished, copies.agency_published),
    "obligations": (
        Copy(
            "payment", "unsettled_obligation_snapshots", events.ObligationCreated, pausing.obligation_created
        ),
        Copy("payment", "settled_obligation_snapshots", events.ObligationSettled, pausing.obligation_settled),
    ),
}
