"""What the dossier service takes and gives."""

from typing import Any

from chassis import fields, reads
from chassis.schemas import ActedView, Page, PageQuery, Schema
from services.dossier.file_schemas import FileView
from services.dossier.states import State

CHANNELS = ("online", "in_person", "postal")
DELIVERIES = ("counter", "file", "post")
STATES = tuple(state.code for state in State)


def _number() -> fields.Text:
    """A submission reference or a dossier code, as it is typed."""
    return fields.Text(required=True, max=60)


def _reason(**kwargs: Any) -> fields.Text:
    return fields.Text(max=4_000, **kwargs)


class GivenPaper(Schema):
    code = fields.Text(required=True, max=60)
    file = fields.Id(required=True)


def _papers(**kwargs: Any) -> fields.Items:
    return fields.Items(fields.Object(GivenPaper), max=100, **kwargs)


class Delivery(Schema):
    """How the owner wants the result; the post needs name, phone and address."""

    method = fields.Choice(*DELIVERIES, load_default="counter")
    name = fields.Text(load_default="", max=200)
    phone = fields.Text(load_default="", max=40)
    address = fields.Text(load_default="", max=500)


# Drafts


class CreateDraft(Schema):
    procedure = fields.Text(required=True, max=60)
    agency = fields.Text(required=True, max=35)
    channel = fields.Choice(*CHANNELS, load_default="online")
    answers = fields.Map(load_default=dict)
    papers = _papers(load_default=list)
    delivery = fields.Object(Delivery, load_default=lambda: Delivery.read({}))


class ChangeDraft(Schema):
    """Only what is sent changes."""

    id = fields.Id(required=True)
    procedure = fields.Text(min=1, max=60)
    agency = fields.Text(min=1, max=35)
    channel = fields.Choice(*CHANNELS)
    answers = fields.Map()
    papers = _papers()
    delivery = fields.Object(Delivery)


class OneDraft(Schema):
    id = fields.Id(required=True)


class DraftView(Schema):
    id = fields.Id()
    procedure = fields.Text()
    agency = fields.Text()
    channel = fields.Text()
    answers = fields.Map()
    papers = fields.Items(fields.Object(GivenPaper))
    delivery = fields.Object(Delivery)
    created_at = fields.Moment()
    updated_at = fields.Moment()
    version = fields.Integer()


class FindDrafts(PageQuery):
    pass


# Dossiers


class StateView(Schema):
    number = fields.Integer()
    code = fields.Choice(*STATES)
    name = fields.Text()


class Named(Schema):
    code = fields.Text()
    name = fields.Text()


class StepView(Named):
    role = fields.Text()


class DossierSummary(Schema):
    reference = fields.Text()
    code = fields.Text(allow_none=True)
    state = fields.Object(StateView)
    step = fields.Object(StepView, allow_none=True)
    submitted_at = fields.Moment()
    received_at = fields.Moment(allow_none=True)
    due_at = fields.Moment(allow_none=True)
    paused_at = fields.Moment(allow_none=True)  # since when the legal clock stands still
    decided_at = fields.Moment(allow_none=True)
    finished_at = fields.Moment(allow_none=True)
    version = fields.Integer()


class ChargeView(Schema):
    code = fields.Text()
    name = fields.Text()
    kind = fields.Choice("fee", "charge")
    unit_amount = fields.Money()
    quantity = fields.Integer()
    amount = fields.Money()
    collect = fields.Choice("before-reception", "on-result")
    settled = fields.Boolean()


class SubmittedView(DossierSummary):
    charges = fields.Items(fields.Object(ChargeView))
    total = fields.Money()


class DossierItem(DossierSummary):
    procedure = fields.Object(Named)
    agency = fields.Object(Named)
    owner_name = fields.Text()
    #: Null when its owner filed it.
    filed_by = fields.Object(ActedView, allow_none=True)


class PaperView(Named):
    file = fields.Object(FileView)
    handed_in_at = fields.Moment()


class WantedPaper(Named):
    note = fields.Text(allow_none=True)


class SupplementView(Schema):
    reason = fields.Text()
    papers = fields.Items(fields.Object(WantedPaper))
    requested_at = fields.Moment()
    answered_at = fields.Moment(allow_none=True)
    due_before = fields.Moment(allow_none=True)
    due_after = fields.Moment(allow_none=True)


class ResultView(Schema):
    code = fields.Text(allow_none=True)
    name = fields.Text()
    number = fields.Text(allow_none=True)
    file = fields.Object(FileView, allow_none=True)


class DossierView(DossierItem):
    procedure_version = fields.Integer()
    owner_kind = fields.Text()
    owner_identity = fields.Text()
    channel = fields.Choice(*CHANNELS)
    answers = fields.Map()
    delivery = fields.Object(Delivery)
    papers = fields.Items(fields.Object(PaperView))
    charges = fields.Items(fields.Object(ChargeView))
    total = fields.Money()
    supplement = fields.Object(SupplementView, allow_none=True)
    decision = fields.Text(allow_none=True)
    reason = fields.Text(allow_none=True)
    results = fields.Items(fields.Object(ResultView))
    received_by = fields.Text(allow_none=True)
    on_time = fields.Text(allow_none=True)


class SubmitDossier(Schema):
    draft = fields.Id(required=True)


class OneDossier(Schema):
    reference = _number()


class ReadDossier(OneDossier):
    purpose = reads.stated()


class FindDossiers(PageQuery):
    pass


class FindDeskDossiers(PageQuery):
    purpose = reads.stated()
    state = fields.Choice(*STATES, load_default=None)
    step = fields.Text(max=60, load_default=None)


class TimelineEntry(Schema):
    at = fields.Moment()
    what = fields.Text()
    state = fields.Object(StateView)
    who = fields.Text()
    role = fields.Text()
    agency = fields.Text()
    text = fields.Text()
    #: Null when nobody acted for the owner.
    acts_as = fields.Text(allow_none=True)
    note = fields.Text(allow_none=True)


class Timeline(Schema):
    items = fields.Items(fields.Object(TimelineEntry))


class Track(Schema):
    code = _number()


class TrackingView(Schema):
    """What anyone who holds a number may see: no personal data."""

    #: Only for those who asked by it.
    reference = fields.Text()
    code = fields.Text(allow_none=True)
    state = fields.Object(StateView)
    procedure = fields.Object(Named)
    agency = fields.Object(Named)
    submitted_at = fields.Moment()
    received_at = fields.Moment(allow_none=True)
    due_at = fields.Moment(allow_none=True)
    paused_at = fields.Moment(allow_none=True)
    finished_at = fields.Moment(allow_none=True)


# Moves


class WithReason(OneDossier):
    reason = _reason(required=True)


class MayHaveReason(OneDossier):
    reason = _reason(load_default=None, allow_none=True)


class AskedPaper(Schema):
    code = fields.Text(required=True, max=60)
    note = fields.Text(load_default=None, allow_none=True, max=1_000)


class RequestSupplement(WithReason):
    papers = fields.Items(fields.Object(AskedPaper), required=True, min=1, max=100)


class AnswerSupplement(OneDossier):
    papers = _papers(required=True, min=1)


class GivenResult(Schema):
    """A result is a file, or a paper with a number; without a code it is the procedure's first result."""

    code = fields.Text(load_default=None, allow_none=True, max=60)
    name = fields.Text(load_default=None, allow_none=True, max=500)
    number = fields.Text(load_default=None, allow_none=True, max=100)
    file = fields.Id(load_default=None, allow_none=True)


def _results() -> fields.Items:
    return fields.Items(fields.Object(GivenResult), load_default=None, max=50)


class CompleteStep(OneDossier):
    step = fields.Text(load_default=None, allow_none=True, max=60)
    note = _reason(load_default=None, allow_none=True)
    results = _results()


class Decide(OneDossier):
    outcome = fields.Choice("approve", "reject", "send-back", required=True)
    reason = _reason(load_default=None, allow_none=True)
    results = _results()


class ReturnResult(OneDossier):
    method = fields.Choice(*DELIVERIES, load_default=None, allow_none=True)
    received_by = fields.Text(load_default=None, allow_none=True, max=200)


DraftPage = Page.of(DraftView)
DossierPage = Page.of(DossierItem)
