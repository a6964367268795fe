"""Events of the feedback service, and readers of those it consumes."""

from chassis import fields, reads
from chassis.events import Consumed, Published


class DossierRated(Published):
    type = "vn.motcua.feedback.dossier-rated.v1"

    rating = fields.Id(required=True)
    dossier = fields.Id(required=True)
    agency = fields.Text(required=True, max=60)
    procedure = fields.Text(required=True, max=60)
    #: indicator -> points, null where unknown.
    points = fields.Map(required=True)


class _Petition(Published):
    """Never tells who petitions."""

    petition = fields.Id(required=True)
    reference = fields.Text(required=True, max=40)
    subject = fields.Text(required=True, max=20)
    agency = fields.Text(required=True, max=60)


class PetitionFiled(_Petition):
    type = "vn.motcua.feedback.petition-filed.v1"

    registered_at = fields.Moment(required=True)
    transfer_due = fields.Day(required=True)


class PetitionTransferred(_Petition):
    type = "vn.motcua.feedback.petition-transferred.v1"

    transferred_at = fields.Moment(required=True)
    transfer_due = fields.Day(required=True)


class PetitionAnswered(_Petition):
    type = "vn.motcua.feedback.petition-answered.v1"

    answered_at = fields.Moment(required=True)
    published = fields.Boolean(required=True)


class PetitionRejected(_Petition):
    type = "vn.motcua.feedback.petition-rejected.v1"

    rejected_at = fields.Moment(required=True)
    ground = fields.Text(required=True, max=40)


class _Dossier(Consumed):
    dossier = fields.Id(required=True)
    reference = fields.Text(required=True, max=40)
    procedure = fields.Text(required=True, max=60)
    agency = fields.Text(required=True, max=60)
    owner = fields.Id(required=True)


class DossierSubmitted(_Dossier):
    type = "vn.motcua.dossier.submitted.v2"


class DossierSubmittedV1(DossierSubmitted):
    """One that lay in the queue when the version changed."""

    type = "vn.motcua.dossier.submitted.v1"


class DossierFinished(_Dossier):
    type = "vn.motcua.dossier.finished.v1"

    code = fields.Text(max=60, load_default=None, allow_none=True)
    outcome = fields.Text(required=True, max=20)
    finished_at = fields.Moment(required=True)
    on_time = fields.Text(required=True, max=20)


class AgencyPublished(Consumed):
    type = "vn.motcua.catalogue.agency-published.v1"

    code = fields.Text(required=True, max=60)
    name = fields.Text(required=True, max=300)
    name_en = fields.Text(max=300, load_default="", allow_none=True)
    valid_to = fields.Day(load_default=None, allow_none=True)
    merged_into = fields.Text(load_default=None, allow_none=True, max=60)


class PersonalDataRead(reads.PersonalDataRead):
    type = "vn.motcua.feedback.personal-data-read.v1"
    usually = "petition"
