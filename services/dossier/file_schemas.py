"""Files: what the service takes and gives of them."""

import re

from chassis import fields, reads
from chassis.schemas import Schema
from chassis.texts import Text

_SHA256_SAYS = Text(
    "Giá trị SHA-256 gồm 64 chữ số thập lục phân viết thường.",
    "A SHA-256 value has 64 lower-case hexadecimal digits.",
)
#: Content is deleted by this name, so it can be no other.
_AS_THE_EDGE_NAMES_IT = fields.Rule(
    lambda name: re.fullmatch(r"dossier/\d{4}/\d\d/\d\d/[0-9a-f]{32}", name) is not None,
    "not-a-stored-file",
    "Tên tệp lưu trữ có dạng dossier/năm/tháng/ngày/32 chữ số thập lục phân.",
    "A stored file is named dossier/year/month/day/32 hexadecimal digits.",
)


class RegisterFile(Schema):
    object = fields.Text(required=True, max=200, validate=_AS_THE_EDGE_NAMES_IT)
    name = fields.Text(required=True, max=255)
    media_type = fields.Text(required=True, max=100)
    size = fields.Integer(required=True, min=0)
    sha256 = fields.Code(r"[0-9a-f]{64}", says=_SHA256_SAYS, required=True)


class FileView(Schema):
    id = fields.Id()
    name = fields.Text()
    media_type = fields.Text()
    size = fields.Integer()
    sha256 = fields.Text()
    scan_state = fields.Text()


class LocateFile(Schema):
    reference = fields.Text(required=True, max=60)
    file = fields.Id(required=True)
    purpose = reads.stated()


class FileLocation(Schema):
    object = fields.Text()
    name = fields.Text()
    media_type = fields.Text()
    size = fields.Integer()
