"""Why a field is refused: a code, its values, and both texts."""

from typing import Any, Self

from chassis.errors import FieldError
from chassis.texts import Text

TEXTS: dict[str, Text] = {
    "required": Text("Bắt buộc phải có.", "This is required."),
    "null": Text("Không được để trống.", "This may not be null."),
    "unknown-field": Text("Trường này không tồn tại.", "There is no such field."),
    "not-an-object": Text("Phải là một đối tượng JSON.", "This must be a JSON object."),
    "not-a-text": Text("Phải là chuỗi ký tự.", "This must be a text."),
    "too-short": Text("Cần ít nhất {min} ký tự.", "At least {min} characters are needed."),
    "too-long": Text("Tối đa {max} ký tự.", "At most {max} characters are allowed."),
    "bad-format": Text("Sai định dạng.", "This does not have the right format."),
    "not-utf8": Text(
        "Phần này của địa chỉ không phải văn bản UTF-8.", "This part of the address is not UTF-8 text."
    ),
    "control-character": Text("Có ký tự điều khiển không hợp lệ.", "Control characters are not allowed."),
    "not-an-integer": Text("Phải là số nguyên.", "This must be a whole number."),
    "not-a-number": Text("Phải là số.", "This must be a number."),
    "too-small": Text("Không được nhỏ hơn {min}.", "This may not be below {min}."),
    "too-big": Text("Không được lớn hơn {max}.", "This may not be above {max}."),
    "not-a-boolean": Text("Phải là đúng hoặc sai.", "This must be true or false."),
    "not-a-day": Text("Phải là ngày dạng YYYY-MM-DD.", "This must be a day, YYYY-MM-DD."),
    "not-a-moment": Text(
        "Phải là thời điểm ISO 8601 có múi giờ.",
        "This must be an ISO 8601 time with its offset.",
    ),
    "not-an-id": Text("Phải là mã UUID.", "This must be a UUID."),
    "not-a-choice": Text("Phải là một trong: {choices}.", "This must be one of: {choices}."),
    "not-a-list": Text("Phải là một danh sách.", "This must be a list."),
    "too-few": Text("Cần ít nhất {min} mục.", "At least {min} items are needed."),
    "too-many": Text("Tối đa {max} mục.", "At most {max} items are allowed."),
    "too-deep": Text("Dữ liệu lồng quá sâu hoặc quá lớn.", "This is nested too deeply or too large."),
    "repeated-name": Text("Một tên xuất hiện hai lần.", "A name stands here twice."),
    "invalid": Text("Giá trị không hợp lệ.", "This value is not valid."),
}


class Fault(str):
    """A message marshmallow carries as text, and we render later in the caller's language."""

    __slots__ = ("code", "text", "values")

    code: str
    text: Text
    values: dict[str, Any]

    def __new__(cls, code: str, text: Text | None = None, **values: Any) -> Self:
        known = text or TEXTS.get(code, TEXTS["invalid"])
        fault = super().__new__(cls, known.render("en", values or None))
        fault.code, fault.text, fault.values = code, known, values
        return fault

    def at(self, pointer: str) -> FieldError:
        values = self.values or None
        return FieldError(
            pointer,
            self.code,
            self.text.render("vi", values),
            self.text.render("en", values),
        )


def field_errors(messages: Any, pointer: str = "") -> list[FieldError]:
    """Flatten marshmallow's nested messages into JSON pointers."""
    if isinstance(messages, dict):
        return [
            error
            for key, inner in messages.items()
            for error in field_errors(inner, pointer if key == "_schema" else f"{pointer}/{_escaped(key)}")
        ]
    if isinstance(messages, list):
        return [error for inner in messages for error in field_errors(inner, pointer)]
    fault = messages if isinstance(messages, Fault) else Fault("invalid")
    return [fault.at(pointer)]


def _escaped(key: Any) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")
