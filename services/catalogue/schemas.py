"""What comes in and goes out, over RPC and HTTP."""

from chassis import fields
from chassis.schemas import Page, PageQuery, Schema, Snapshot
from chassis.texts import Text
from services.catalogue import events
from services.catalogue.agency_codes import is_agency_code

LEVELS = ("full", "partial", "information")
CHANNELS = ("online", "in_person", "postal")
TIME_UNITS = ("working-day", "day", "working-hour", "month", "same-day")
ASSURANCE = ("low", "substantial", "high")
ROLES = ("specialist", "leader")

#: National codes, their provincial variants, and MC.nnnnnn for services that have no national code.
PROCEDURE_CODE = r"(?:\d\.\d{6,7}|MC\.\d{6})(?:\.[A-Z0-9]+)*"
PLACE_CODE = r"\d{2}|\d{5}"
_PROCEDURE_CODE_SAYS = Text(
    "Mã thủ tục gồm một chữ số, dấu chấm rồi 6 hoặc 7 chữ số, ví dụ 1.001193; có thể thêm phần của tỉnh như .H26.",
    "A procedure code is one digit, a dot and 6 or 7 digits, such as 1.001193; a province's part such as .H26 may follow.",
)
_PLACE_CODE_SAYS = Text(
    "Mã địa phương gồm 2 chữ số (tỉnh) hoặc 5 chữ số (xã).",
    "A place code has 2 digits (a province) or 5 digits (a commune).",
)
_PAPER_CODE_SAYS = Text(
    "Mã giấy tờ chỉ gồm chữ không dấu, chữ số, dấu chấm, gạch ngang hoặc gạch dưới và bắt đầu bằng chữ hoặc số.",
    "A paper code has only plain letters, digits, dots, dashes or underscores and starts with a letter or digit.",
)
_SLUG_SAYS = Text(
    "Mã chỉ gồm chữ thường không dấu, chữ số và gạch ngang.",
    "The code has only plain small letters, digits and dashes.",
)
_ANSWER_NAME_SAYS = Text(
    "Tên câu trả lời chỉ gồm chữ không dấu và chữ số, bắt đầu bằng chữ thường.",
    "The name of an answer has only plain letters and digits and starts with a small letter.",
)


def procedure_code() -> fields.Code:
    return fields.Code(PROCEDURE_CODE, says=_PROCEDURE_CODE_SAYS, max=50, required=True)


def agency_code(**kwargs: bool) -> fields.Text:
    rule = fields.Rule(is_agency_code, "agency-code", "Mã cơ quan không hợp lệ.", "This is no agency code.")
    return fields.Text(max=35, validate=rule, **kwargs)


class FindProcedures(PageQuery):
    q = fields.Text(max=200, load_default=None)
    field = fields.Text(max=300, load_default=None)
    agency = fields.Text(max=35, load_default=None)
    level = fields.Choice(*LEVELS, load_default=None)
    on = fields.Day(load_default=None)


class GetProcedure(Schema):
    code = procedure_code()
    on = fields.Day(load_default=None)


class ProcedureVersions(PageQuery):
    code = procedure_code()


class Channel(Schema):
    """A way to apply; `fee` and the texts are what was published about it."""

    channel = fields.Choice(*CHANNELS, required=True)
    time_limit = fields.Number(load_default=None, allow_none=True)
    time_unit = fields.Choice(*TIME_UNITS, load_default=None, allow_none=True)
    unit_text = fields.Text(max=100, load_default=None, allow_none=True)
    fee = fields.Map(load_default=None, allow_none=True)
    description = fields.Text(max=20_000, load_default=None, allow_none=True)


class Paper(Schema):
    code = fields.Code(r"[A-Za-z0-9][A-Za-z0-9._-]*", says=_PAPER_CODE_SAYS, max=50, required=True)
    name = fields.Text(min=1, max=10_000, required=True)
    name_en = fields.Text(max=10_000, load_default=None, allow_none=True)
    case = fields.Text(max=10_000, load_default="")
    required = fields.Boolean(load_default=True)
    originals = fields.Integer(min=0, max=99, load_default=1)
    copies = fields.Integer(min=0, max=99, load_default=0)
    digital = fields.Boolean(load_default=True)
    form = fields.Text(max=20_000, load_default=None, allow_none=True)


class Fee(Schema):
    """`per` names the answer that multiplies the amount; of one code, the row for the very channel wins."""

    code = fields.Code(r"[a-z0-9-]+", says=_SLUG_SAYS, max=50, required=True)
    name = fields.Text(min=1, max=500, required=True)
    name_en = fields.Text(max=500, load_default=None, allow_none=True)
    kind = fields.Choice("fee", "charge", required=True)
    amount = fields.Money(required=True)
    channel = fields.Choice("any", *CHANNELS, load_default="any")
    per = fields.Code(
        r"[a-z][A-Za-z0-9]*", says=_ANSWER_NAME_SAYS, max=50, load_default=None, allow_none=True
    )
    valid_from = fields.Day(load_default=None, allow_none=True)
    valid_to = fields.Day(load_default=None, allow_none=True)
    collect = fields.Choice("before-reception", "on-result", load_default="before-reception")


class Result(Schema):
    code = fields.Text(max=50, load_default=None, allow_none=True)
    name = fields.Text(max=10_000, load_default=None, allow_none=True)


class Step(Schema):
    code = fields.Code(r"[a-z0-9-]+", says=_SLUG_SAYS, max=50, required=True)
    name = fields.Text(min=1, max=300, required=True)
    name_en = fields.Text(max=300, load_default=None, allow_none=True)
    role = fields.Choice(*ROLES, required=True)


class LegalBasis(Schema):
    number = fields.Text(max=100, load_default=None, allow_none=True)
    title = fields.Text(max=10_000, load_default=None, allow_none=True)


class _Details(Schema):
    """Texts and lists for readers."""

    kind = fields.Text(max=300, load_default=None, allow_none=True)
    government_levels = fields.Items(fields.Text(max=30), load_default=list)
    applicants = fields.Items(fields.Text(max=10_000), load_default=list)
    competent = fields.Items(fields.Text(max=10_000), load_default=list)
    implementing = fields.Items(fields.Text(max=10_000), load_default=list)
    delegated = fields.Items(fields.Text(max=10_000), load_default=list)
    coordinating = fields.Items(fields.Text(max=10_000), load_default=list)
    reception_place = fields.Text(max=10_000, load_default=None, allow_none=True)
    order = fields.Text(max=200_000, load_default=None, allow_none=True)
    requirements = fields.Text(max=200_000, load_default=None, allow_none=True)
    related = fields.Text(max=20_000, load_default=None, allow_none=True)
    paper_notes = fields.Items(fields.Text(max=10_000), load_default=list)
    source_url = fields.Text(max=500, load_default=None, allow_none=True)
    keywords = fields.Items(fields.Text(max=200), load_default=list)


class _Content(_Details):
    name = fields.Text(min=1, max=2_000, required=True)
    name_en = fields.Text(max=2_000, load_default=None, allow_none=True)
    decision_number = fields.Text(min=1, max=100, required=True)
    field = fields.Text(max=300, load_default=None, allow_none=True)
    agency = agency_code(required=True)
    level = fields.Choice(*LEVELS, required=True)
    acr = fields.Choice(*ASSURANCE, load_default="low")
    receiving = fields.Items(agency_code(), load_default=list, max=5_000)
    channels = fields.Items(fields.Object(Channel), required=True, min=1, max=20)
    papers = fields.Items(fields.Object(Paper), load_default=list, max=500)
    fees = fields.Items(fields.Object(Fee), load_default=list, max=100)
    results = fields.Items(fields.Object(Result), load_default=list, max=50)
    steps = fields.Items(fields.Object(Step), load_default=list, max=20)
    legal_bases = fields.Items(fields.Object(LegalBasis), load_default=list, max=200)


class PublishVersion(_Content):
    """`reopens`: there are to be days before this version on which none is in force."""

    code = procedure_code()
    valid_from = fields.Day(required=True)
    valid_to = fields.Day(load_default=None, allow_none=True)
    reopens = fields.Boolean(load_default=False)


class WithdrawProcedure(Schema):
    code = procedure_code()
    valid_to = fields.Day(required=True)


class ProcedureItem(Schema):
    """A procedure in a list."""

    code = fields.Text()
    version_no = fields.Integer()
    name = fields.Text()
    name_en = fields.Text(allow_none=True)
    field = fields.Text(allow_none=True)
    agency = fields.Text()
    level = fields.Text()
    channels = fields.Items(fields.Text())
    valid_from = fields.Day()
    valid_to = fields.Day(allow_none=True)


class Remark(Schema):
    code = fields.Text()
    detail = fields.Text()


class AgencyName(Schema):
    code = fields.Text()
    name = fields.Text(allow_none=True)
    name_en = fields.Text(allow_none=True)


class ProcedureView(_Content):
    """`remarks` are the importer's doubts about a national export, waiting for a person's review."""

    code = fields.Text()
    version_no = fields.Integer()
    valid_from = fields.Day()
    valid_to = fields.Day(allow_none=True)
    published_at = fields.Moment()
    source = fields.Text()
    publisher = fields.Object(AgencyName)
    remarks = fields.Items(fields.Object(Remark))


class VersionItem(Schema):
    code = fields.Text()
    version_no = fields.Integer()
    name = fields.Text()
    decision_number = fields.Text(allow_none=True)
    valid_from = fields.Day()
    valid_to = fields.Day(allow_none=True)
    published_at = fields.Moment()
    source = fields.Text()
    in_force = fields.Boolean()


class FindAgencies(PageQuery):
    kind = fields.Text(max=30, load_default=None)
    parent = fields.Text(max=35, load_default=None)
    on = fields.Day(load_default=None)


class GetAgency(Schema):
    code = agency_code(required=True)
    on = fields.Day(load_default=None)


class AgencyView(Schema):
    code = fields.Text()
    short_code = fields.Text()
    name = fields.Text()
    name_en = fields.Text(allow_none=True)
    kind = fields.Text()
    parent = fields.Text(allow_none=True)
    place = fields.Text(allow_none=True)
    valid_from = fields.Day()
    valid_to = fields.Day(allow_none=True)
    merged_into = fields.Text(allow_none=True)


class FindPlaces(PageQuery):
    parent = fields.Code(PLACE_CODE, says=_PLACE_CODE_SAYS, max=5, load_default=None)
    q = fields.Text(max=100, load_default=None)
    on = fields.Day(load_default=None)


class GetPlace(Schema):
    code = fields.Code(PLACE_CODE, says=_PLACE_CODE_SAYS, max=5, required=True)
    on = fields.Day(load_default=None)


class PlaceView(Schema):
    code = fields.Text()
    name = fields.Text()
    level = fields.Text()
    kind = fields.Text()
    parent = fields.Text(allow_none=True)
    parent_name = fields.Text(allow_none=True)
    valid_from = fields.Day()
    valid_to = fields.Day(allow_none=True)


ProcedurePage = Page.of(ProcedureItem)
VersionPage = Page.of(VersionItem)
AgencyPage = Page.of(AgencyView)
PlacePage = Page.of(PlaceView)
ProcedureSnapshots = Snapshot.page_of(events.ProcedurePublished)
AgencySnapshots = Snapshot.page_of(events.AgencyPublished)
