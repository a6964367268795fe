"""The parts of the OpenAPI document that all operations share."""

from typing import Any

from apispec import APISpec

from chassis.texts import Language, Text

ABOUT = Text(
    "Cổng dịch vụ công. Trường dùng camelCase; lỗi theo RFC 9457; ngôn ngữ chọn bằng Accept-Language (vi, en).",
    "The public-service platform. Fields are camelCase; errors follow RFC 9457; Accept-Language picks vi or en.",
)
SUCCESS = Text("Thành công", "Success")
_BEARER = Text("Mã truy cập nhận được khi đăng nhập.", "The access token that signing in gives.")

_HEADER_PARAMETERS: dict[str, tuple[bool, dict[str, Any], Text]] = {
    "Accept-Language": (
        False,
        {"type": "string", "default": "vi", "examples": ["vi", "en"]},
        Text("Ngôn ngữ của câu trả lời.", "The language of the answer."),
    ),
    "Idempotency-Key": (
        True,
        {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        Text(
            "Khóa do bên gọi tự chọn cho mỗi việc; gửi lại cùng khóa thì nhận lại cùng câu trả lời.",
            "A key of your choice for each thing you do; sent again, it brings the same answer.",
        ),
    ),
    "If-Match": (
        True,
        {"type": "string", "examples": ['"3"', '"3", "4"', "*"]},
        Text(
            "ETag của lần đọc gần nhất nội dung sẽ thay đổi; có thể nêu nhiều ETag, hoặc * cho mọi phiên bản.",
            "The ETag of your latest read of what is to be changed; several may be named, or * for any version.",
        ),
    ),
    "If-None-Match": (
        False,
        {"type": "string"},
        Text("ETag đã có; không đổi thì trả lời 304.", "The ETag you have; 304 when nothing changed."),
    ),
}
_ANSWER_HEADERS: dict[str, Text] = {
    "ETag": Text("Phiên bản của nội dung.", "The version of the content."),
    "Location": Text("Địa chỉ của nội dung vừa tạo.", "Where the new thing is."),
    "RateLimit": Text("Số yêu cầu còn lại và thời gian chờ.", "Requests left, and until when."),
    "RateLimit-Policy": Text("Giới hạn số yêu cầu.", "How many requests are allowed."),
    "Retry-After": Text("Số giây nên chờ.", "Seconds to wait."),
}
_FAILURES: dict[int, tuple[str, Text]] = {
    400: ("BadRequest", Text("Yêu cầu không đúng.", "The request could not be understood.")),
    401: ("Unauthenticated", Text("Cần đăng nhập.", "Sign in first.")),
    403: ("Forbidden", Text("Không có quyền.", "Not allowed.")),
    404: ("NotFound", Text("Không tìm thấy.", "Not found.")),
    408: ("RequestTimeout", Text("Gửi quá chậm.", "The body arrived too slowly.")),
    409: ("Conflict", Text("Trái với trạng thái hiện tại.", "In conflict with the current state.")),
    412: ("PreconditionFailed", Text("Đã thay đổi từ lần đọc trước.", "Changed since you read it.")),
    413: ("TooLarge", Text("Vượt quá giới hạn.", "Over the limit.")),
    415: ("UnsupportedType", Text("Kiểu nội dung không được nhận.", "This type of content is not accepted.")),
    422: ("ValidationFailed", Text("Có trường không hợp lệ.", "Some fields are not valid.")),
    428: ("PreconditionRequired", Text("Thiếu If-Match.", "If-Match is missing.")),
    429: ("TooManyRequests", Text("Quá nhiều yêu cầu.", "Too many requests.")),
    500: ("InternalError", Text("Lỗi nội bộ.", "Internal error.")),
    503: ("Unavailable", Text("Tạm gián đoạn; chưa thực hiện gì.", "Unavailable; nothing was done.")),
    504: (
        "OutcomeUnknown",
        Text("Chưa rõ kết quả; gửi lại cùng khóa.", "Outcome unknown; retry with the same key."),
    ),
}
_NOT_MODIFIED = Text("Không thay đổi.", "Not modified.")
_BINARY = {"schema": {"type": "string", "format": "binary"}}
FILE_CONTENT = {"application/octet-stream": _BINARY}

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "traceId", "code", "retryable"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "traceId": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "code": {"type": "string"},
        "retryable": {"type": "boolean"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}},
    },
}
_FIELD_ERROR = {
    "type": "object",
    "required": ["pointer", "code", "detail"],
    "properties": {
        "pointer": {"type": "string", "description": "JSON Pointer, RFC 6901"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
    },
}


def add(spec: APISpec, language: Language) -> None:
    """Put the shared components into a specification."""
    components = spec.components
    components.security_scheme(
        "bearer",
        {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": _BEARER.render(language)},
    )
    components.schema("Problem", _PROBLEM)
    components.schema("FieldError", _FIELD_ERROR)
    for name, (required, schema, text) in _HEADER_PARAMETERS.items():
        described = {"required": required, "schema": schema, "description": text.render(language)}
        components.parameter(name, "header", {"name": name, **described})
    for name, text in _ANSWER_HEADERS.items():
        components.header(name, {"schema": {"type": "string"}, "description": text.render(language)})
    for status, (name, text) in _FAILURES.items():
        components.response(name, _problem_response(status, text.render(language)))
    components.response("NotModified", {"description": _NOT_MODIFIED.render(language)})


def _problem_response(status: int, description: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    response: dict[str, Any] = {"description": description, "content": content}
    if status == 412:
        response["headers"] = {"ETag": "ETag"}
    if status in (429, 503, 504):
        response["headers"] = {"Retry-After": "Retry-After"}
    return response


def problem_name(status: int) -> str:
    """The component that describes this failure."""
    return "NotModified" if status == 304 else _FAILURES[status][0]


def upload_body(media_types: tuple[str, ...]) -> dict[str, Any]:
    """A file as a form's part `file`, or as the whole body."""
    form = {"type": "object", "required": ["file"], "properties": {"file": _BINARY["schema"]}}
    content: dict[str, Any] = {"multipart/form-data": {"schema": form}}
    return {"required": True, "content": content | dict.fromkeys(media_types, _BINARY)}
