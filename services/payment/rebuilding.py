"""What this service can have told anew, and by whom.

Obligations are its own, not a copy: those a dossier was charged with and that are missing here are made, and those of
an ended dossier fall away, each once.
"""

from chassis.copies import Copies, Copy
from services.payment import copies, events, usecases

COPIES: Copies = {
    "agencies": Copy("catalogue", "agency_snapshots", events.AgencyPublished, copies.keep_agency),
    "charges": (
        Copy("dossier", "charge_snapshots", events.DossierCharged, usecases.charge_dossier),
        Copy("dossier", "finished_dossier_snapshots", events.DossierFinished, usecases.close_dossier),
    ),
}
