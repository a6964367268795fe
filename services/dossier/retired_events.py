"""Versions not said any more, because they told of people; some may still lie in a queue, and be read there."""

from chassis import fields
from chassis.schemas import Schema
from services.dossier import events


class DossierSubmittedV1(events.DossierSubmitted):
    type = "vn.motcua.dossier.submitted.v1"
    retired = True

    owner_name = fields.Text(max=200)


class DossierChargedV1(events.DossierCharged):
    type = "vn.motcua.dossier.charged.v1"
    retired = True

    owner_name = fields.Text(max=200)


class DossierRefusedV1(events.DossierRefused):
    type = "vn.motcua.dossier.refused.v1"
    retired = True

    reason = fields.Text(max=4_000)


class SupplementRequestedV1(events.SupplementRequested):
    type = "vn.motcua.dossier.supplement-requested.v1"
    retired = True

    reason = fields.Text(max=4_000)


class DossierPausedV1(events.DossierPaused):
    type = "vn.motcua.dossier.paused.v1"
    retired = True

    reason = fields.Text(allow_none=True, max=4_000)


class DossierDecidedV1(events.DossierDecided):
    type = "vn.motcua.dossier.decided.v1"
    retired = True

    reason = fields.Text(allow_none=True, max=4_000)


class Recipient(Schema):
    name = fields.Text(max=200)
    phone = fields.Text(max=40)
    address = fields.Text(max=500)


class ResultPostedV1(events.ResultPosted):
    type = "vn.motcua.dossier.result-posted.v1"
    retired = True

    recipient = fields.Object(Recipient)
