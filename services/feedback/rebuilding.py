"""The local copies this service can have told anew, and by whom."""

from chassis.copies import Copies, Copy
from services.feedback import copies, events

COPIES: Copies = {
    "agencies": Copy("catalogue", "agency_snapshots", events.AgencyPublished, copies.keep_agency),
    "dossiers": (
        Copy("dossier", "open_dossier_snapshots", events.DossierSubmitted, copies.keep_submitted),
        Copy("dossier", "finished_dossier_snapshots", events.DossierFinished, copies.keep_finished),
    ),
}
