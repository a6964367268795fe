"""The operations of a service of the tests' own, and of two that do not answer."""

from chassis import fields
from chassis.api import ANYONE, Download, Operation, Upload
from chassis.carried import Answer, Carried, Request
from chassis.errors import Conflict
from chassis.schemas import Nothing, Schema

UPLOAD_LIMIT = 300_000
PDF, PNG = "application/pdf", "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class TooLateForThat(Conflict):
    vi, en = "Chỉ còn: {legal}.", "What is left: {legal}."


class Text(Schema):
    text = fields.Text(required=True, max=100_000)
    count = fields.Integer(load_default=1, max=5)
    tags = fields.Items(fields.Text(), load_default=list)


class Told(Text):
    language = fields.Text()
    process = fields.Integer()


class NewThing(Schema):
    name = fields.Text(required=True, max=20)
    seconds = fields.Number(load_default=0.0)


class OneThing(Schema):
    id = fields.Id(required=True)


class ChangeThing(OneThing):
    name = fields.Text(required=True, max=20)


class Thing(OneThing):
    name = fields.Text()
    version = fields.Integer()


class NewFile(Schema):
    object = fields.Text(required=True)
    name = fields.Text(required=True)
    media_type = fields.Text(required=True)
    size = fields.Integer(required=True)
    sha256 = fields.Text(required=True)
    purpose = fields.Choice("id", "proof", load_default="id")


class File(NewFile):
    id = fields.Id(required=True)


OPERATIONS = (
    Operation("tell", "GET", "/told", takes=Text, gives=Told, allow=ANYONE, cache="public, max-age=60"),
    Operation("refuse", "GET", "/refused", takes=Nothing, gives=Nothing, allow=ANYONE),
    Operation("break_down", "GET", "/broken", takes=Nothing, gives=Nothing, allow=ANYONE),
    Operation(
        "add_thing",
        "POST",
        "/things",
        takes=NewThing,
        gives=Thing,
        allow=ANYONE,
        status=201,
        location="/things/{id}",
        etag=True,
        deadline=2.0,
    ),
    Operation("get_thing", "GET", "/things/{id}", takes=OneThing, gives=Thing, allow=ANYONE, etag=True),
    Operation(
        "change_thing",
        "PATCH",
        "/things/{id}",
        takes=ChangeThing,
        gives=Thing,
        allow=ANYONE,
        if_match=True,
        etag=True,
    ),
    Operation(
        "remove_thing", "DELETE", "/things/{id}", takes=OneThing, gives=Nothing, allow=ANYONE, status=204
    ),
    Upload(
        "keep_file",
        "POST",
        "/files",
        takes=NewFile,
        gives=File,
        allow=ANYONE,
        status=201,
        location="/files/{id}",
        limit_bytes=UPLOAD_LIMIT,
        media_types=(PDF, PNG, DOCX),
    ),
    Download("get_file", "GET", "/files/{id}", takes=OneThing, gives=File, allow=ANYONE),
)
CARRIED = (
    Carried(
        "mirror", takes=Request, gives=Answer, allow=ANYONE, reads_token=False, key=False, paths=("/mirror/",)
    ),
)
#: A queue that nobody reads, and no queue at all.
SILENT = (
    Operation("read", "GET", "/silent", takes=Nothing, gives=Nothing, allow=ANYONE, deadline=0.6),
    Operation("write", "POST", "/silent", takes=Nothing, gives=Nothing, allow=ANYONE, deadline=0.6),
    Operation("read_on", "GET", "/silent/long", takes=Nothing, gives=Nothing, allow=ANYONE, deadline=30),
    Operation("write_on", "POST", "/silent/long", takes=Nothing, gives=Nothing, allow=ANYONE, deadline=30),
    Upload("keep", "POST", "/silent/files", takes=NewFile, gives=Nothing, allow=ANYONE, deadline=0.6),
)
ABSENT = (Operation("read", "GET", "/absent", takes=Nothing, gives=Nothing, allow=ANYONE),)


def create_edge():
    """The real edge, with these operations."""
    from chassis import logs
    from edge.app import build
    from edge.settings import EdgeSettings

    settings = EdgeSettings.from_environment()
    logs.configure("edge", settings.log_level)
    tables = {"sample": OPERATIONS, "silent": SILENT, "absent": ABSENT}
    return build(settings, tables, {"sample": CARRIED})
