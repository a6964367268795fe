"""Reads of personal data by officials: told to the owner, with who read, when and what for."""

from typing import ClassVar

from chassis import fields
from chassis.events import Consumed, Published
from chassis.texts import Text

#: What personal data is read for. Codes, so that the owner reads it in either language and no event carries free text.
PURPOSES: dict[str, Text] = {
    "processing": Text("Giải quyết hồ sơ", "Handling the dossier"),
    "payment": Text("Theo dõi việc nộp phí, lệ phí", "Following the payment of fees"),
    "delivery": Text("Chuyển phát kết quả", "Delivering the result"),
    "petition": Text("Giải quyết phản ánh, kiến nghị", "Handling the petition"),
    "inspection": Text(
        "Kiểm tra việc giải quyết thủ tục hành chính", "Inspecting how procedures are handled"
    ),
    "complaint": Text("Giải quyết khiếu nại, tố cáo", "Handling a complaint or denunciation"),
    "audit": Text("Thanh tra, kiểm toán", "An audit"),
    "legal-request": Text(
        "Theo yêu cầu của cơ quan tiến hành tố tụng", "At the request of a court or prosecutor"
    ),
}


def stated() -> fields.Choice:
    """The field of a request by which an official says what the reading is for."""
    return fields.Choice(*PURPOSES, load_default=None, allow_none=True)


class PersonalDataRead(Published):
    """Somebody in office has read an account's personal data; a service's own event says what for by default."""

    consumed = True
    usually: ClassVar[str]

    owner = fields.Id(required=True)
    reader = fields.Id(required=True)
    agency = fields.Text(required=True, max=60)
    roles = fields.Items(fields.Text(max=40), required=True)
    purpose = fields.Text(required=True, max=40)
    dossier = fields.Id(load_default=None, allow_none=True)
    reference = fields.Text(required=True, max=60)
    at = fields.Moment(required=True)


class PersonalDataWasRead(Consumed):
    """What is kept of it."""

    owner = fields.Id(required=True)
    reader = fields.Id(required=True)
    agency = fields.Text(required=True, max=60)
    roles = fields.Items(fields.Text(max=40), load_default=list)
    purpose = fields.Text(required=True, max=40)
    dossier = fields.Id(load_default=None, allow_none=True)
    reference = fields.Text(required=True, max=60)
    at = fields.Moment(required=True)
