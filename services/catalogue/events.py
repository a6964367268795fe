"""What the catalogue tells the other services."""

from chassis import fields
from chassis.events import Published
from chassis.schemas import Schema


class ChannelPublished(Schema):
    channel = fields.Text()
    time_limit = fields.Number(allow_none=True)
    time_unit = fields.Text(allow_none=True)


class PaperPublished(Schema):
    code = fields.Text()
    name = fields.Text(max=10_000)
    name_en = fields.Text(allow_none=True, max=10_000)
    required = fields.Boolean()
    originals = fields.Integer()
    copies = fields.Integer()
    digital = fields.Boolean()


class FeePublished(Schema):
    code = fields.Text()
    name = fields.Text()
    name_en = fields.Text(allow_none=True)
    kind = fields.Text()
    amount = fields.Money()
    channel = fields.Text()
    per = fields.Text(allow_none=True)
    valid_from = fields.Day(allow_none=True)
    valid_to = fields.Day(allow_none=True)
    collect = fields.Text()


class ResultPublished(Schema):
    code = fields.Text()
    name = fields.Text(max=10_000)


class StepPublished(Schema):
    code = fields.Text()
    name = fields.Text()
    name_en = fields.Text(allow_none=True)
    role = fields.Text()


class ProcedurePublished(Published):
    """A version, whole; sent again with its end when a later version replaces it."""

    type = "vn.motcua.catalogue.procedure-published.v1"
    consumed = True

    code = fields.Text()
    version_no = fields.Integer()
    valid_from = fields.Day()
    valid_to = fields.Day(allow_none=True)
    name = fields.Text(max=10_000)
    name_en = fields.Text(allow_none=True, max=10_000)
    field = fields.Text(allow_none=True)
    agency = fields.Text()
    level = fields.Text()
    acr = fields.Text()
    receiving = fields.Items(fields.Text())
    channels = fields.Items(fields.Object(ChannelPublished))
    papers = fields.Items(fields.Object(PaperPublished))
    fees = fields.Items(fields.Object(FeePublished))
    results = fields.Items(fields.Object(ResultPublished))
    steps = fields.Items(fields.Object(StepPublished))


class ProcedureWithdrawn(Published):
    type = "vn.motcua.catalogue.procedure-withdrawn.v1"
    consumed = True

    code = fields.Text()
    valid_to = fields.Day()


class AgencyPublished(Published):
    """An agency from its first day to its last, under its newest name."""

    type = "vn.motcua.catalogue.agency-published.v1"
    consumed = True

    code = fields.Text(max=35)
    name = fields.Text(max=300)
    name_en = fields.Text(allow_none=True, max=300)
    kind = fields.Text(max=30)
    parent = fields.Text(allow_none=True, max=35)
    valid_from = fields.Day()
    valid_to = fields.Day(allow_none=True)
    merged_into = fields.Text(allow_none=True, max=35)
