"""What other services ask the dossier service for."""

from chassis import fields
from chassis.schemas import Schema, Snapshot
from services.dossier import events


class FindRecipient(Schema):
    dossier = fields.Id(required=True)


class RecipientView(Schema):
    name = fields.Text()
    phone = fields.Text()
    address = fields.Text()


OpenDossierSnapshots = Snapshot.page_of(events.DossierSubmitted)
FinishedDossierSnapshots = Snapshot.page_of(events.DossierFinished)
ChargeSnapshots = Snapshot.page_of(events.DossierCharged)
