"""Errors a caller may see: one class per rule, a stable code, both languages.

    ServiceError
     ├─ ValidationFailed 422    ├─ Unauthenticated 401     ├─ Unavailable 503 (retryable)
     ├─ NotFound 404            ├─ Forbidden 403           ├─ DeadlineExceeded 504 (retryable)
     ├─ Conflict 409            ├─ TooLarge 413            └─ TooManyRequests 429 (retryable)
     ├─ PreconditionFailed 412  └─ UnsupportedType 415

The code is the class name in kebab case and becomes the problem type (RFC 9457). Keyword arguments fill
the placeholders of the texts and travel as extension members. Every subclass registers itself, so that
`/problems/<code>` can explain it and a calling service gets the kind back from the wire.
"""

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from chassis.texts import Language, Text


def kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


class ServiceError(Exception):
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False
    code: ClassVar[str] = "service-error"
    title_vi: ClassVar[str] = "Lỗi"
    title_en: ClassVar[str] = "Error"
    vi: ClassVar[str] = "Có lỗi xảy ra."
    en: ClassVar[str] = "Something went wrong."
    registry: ClassVar[dict[str, type["ServiceError"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" not in vars(cls):
            cls.code = kebab(cls.__name__)
        known = ServiceError.registry.get(cls.code)
        if known is not None and known.__qualname__ != cls.__qualname__:
            raise TypeError(f"two errors share the code {cls.code}")
        ServiceError.registry[cls.code] = cls

    def __init__(self, **values: Any) -> None:
        super().__init__(values)
        self.values = values

    def detail(self, language: Language) -> str:
        return Text(self.vi, self.en).render(language, self.values or None)

    def as_problem(self, language: Language) -> dict[str, Any]:
        """The error as it crosses the wire: shown to the caller as it is."""
        return {
            "code": self.code,
            "status": self.status,
            "title": self.title_vi if language == "vi" else self.title_en,
            "detail": self.detail(language),
            "retryable": self.retryable,
            "extra": {camel(key): _plain(value) for key, value in self.values.items()},
        }

    def __str__(self) -> str:
        return f"{self.code}: {self.detail('en')}"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One bad field: a JSON pointer into the body and the rule it breaks."""

    pointer: str
    code: str
    vi: str
    en: str

    def shown(self, language: Language) -> dict[str, str]:
        return {
            "pointer": self.pointer,
            "code": self.code,
            "detail": self.vi if language == "vi" else self.en,
        }


class ValidationFailed(ServiceError):
    status = 422
    title_vi, title_en = "Dữ liệu không hợp lệ", "Invalid data"
    vi, en = "Dữ liệu gửi lên có trường không hợp lệ.", "Some fields are not valid."

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__()
        self.errors = errors

    @classmethod
    def on(cls, pointer: str, code: str, *, vi: str, en: str) -> Self:
        return cls([FieldError(pointer, code, vi, en)])

    def as_problem(self, language: Language) -> dict[str, Any]:
        return super().as_problem(language) | {"errors": [error.shown(language) for error in self.errors]}


class Unauthenticated(ServiceError):
    status = 401
    title_vi, title_en = "Chưa đăng nhập", "Not signed in"
    vi, en = "Cần đăng nhập để thực hiện việc này.", "Sign in to do this."


class Forbidden(ServiceError):
    status = 403
    title_vi, title_en = "Không có quyền", "Not allowed"
    vi, en = (
        "Tài khoản không có quyền thực hiện việc này.",
        "Your account may not do this.",
    )


class NotFound(ServiceError):
    status = 404
    title_vi, title_en = "Không tìm thấy", "Not found"
    vi, en = "Không tìm thấy nội dung được yêu cầu.", "There is nothing here."


class Conflict(ServiceError):
    status = 409
    title_vi, title_en = (
        "Không phù hợp với trạng thái hiện tại",
        "Conflicts with the current state",
    )
    vi, en = (
        "Việc này không thực hiện được ở trạng thái hiện tại.",
        "This cannot be done in the current state.",
    )


class PreconditionFailed(ServiceError):
    status = 412
    title_vi, title_en = "Dữ liệu đã thay đổi", "Changed meanwhile"
    vi = "Dữ liệu đã được thay đổi kể từ lần đọc trước; hãy tải lại."
    en = "This was changed since you read it; read it again."


class TooLarge(ServiceError):
    status = 413
    title_vi, title_en = "Quá lớn", "Too large"
    vi, en = "Nội dung gửi lên vượt quá giới hạn.", "What you sent is over the limit."


class UnsupportedType(ServiceError):
    status = 415
    title_vi, title_en = "Kiểu nội dung không được hỗ trợ", "Unsupported type"
    vi, en = (
        "Kiểu nội dung gửi lên không được chấp nhận.",
        "This type of content is not accepted.",
    )


class TooManyRequests(ServiceError):
    status, retryable = 429, True
    title_vi, title_en = "Quá nhiều yêu cầu", "Too many requests"
    vi, en = (
        "Bạn gửi quá nhiều yêu cầu; hãy thử lại sau.",
        "You sent too many requests; try again later.",
    )


class Unavailable(ServiceError):
    """The request was certainly not carried out."""

    status, retryable = 503, True
    title_vi, title_en = "Tạm thời gián đoạn", "Temporarily unavailable"
    vi = "Dịch vụ tạm thời gián đoạn; yêu cầu chưa được thực hiện, hãy thử lại."
    en = "The service is unavailable; nothing was done, try again."


class DeadlineExceeded(ServiceError):
    """No answer in time: the request may have been carried out."""

    status, retryable = 504, True
    title_vi, title_en = "Chưa rõ kết quả", "Outcome unknown"
    vi = "Chưa nhận được trả lời đúng hạn; hãy gửi lại với cùng khóa Idempotency-Key."
    en = "No answer in time; the outcome is unknown: retry with the same key."


class KeyReused(ServiceError):
    status, code = 422, "idempotency-key-reused"
    title_vi, title_en = "Khóa đã dùng cho yêu cầu khác", "Key used for another request"
    vi = "Khóa Idempotency-Key này đã dùng cho một yêu cầu có nội dung khác."
    en = "This Idempotency-Key was used for a request with another body."


class RequestInProgress(Conflict):
    retryable = True
    vi = "Yêu cầu cùng khóa đang được xử lý; hãy thử lại."
    en = "A request with the same key is being processed; try again."


class Busy(Conflict):
    """A lock was not free in time, or the race for it was lost: nothing was done."""

    retryable = True
    vi = "Dữ liệu đang được xử lý bởi một yêu cầu khác; hãy thử lại."
    en = "Another request is working on the same data; try again."


class InternalError(ServiceError):
    vi = "Lỗi nội bộ; hãy báo mã theo dõi cho bộ phận hỗ trợ."
    en = "Internal error; give the trace id to support."


class EarlierEventMissing(Exception):
    """An event's effect needs another event that has not arrived yet: it is tried again later."""


class PermanentFailure(Exception):
    """Trying an event again cannot help: it goes to the dead letters at once."""


_KINDS: tuple[type[ServiceError], ...] = (
    ValidationFailed,
    Unauthenticated,
    Forbidden,
    NotFound,
    Conflict,
    PreconditionFailed,
    TooLarge,
    UnsupportedType,
    TooManyRequests,
    Unavailable,
    DeadlineExceeded,
)


def from_problem(problem: dict[str, Any]) -> ServiceError:
    """The error another service answered with: of its kind, with its code and its words."""
    base = next((kind for kind in _KINDS if kind.status == problem.get("status")), InternalError)
    kind = ServiceError.registry.get(str(problem.get("code")), base)
    error = kind.__new__(kind)
    ServiceError.__init__(error, **problem.get("extra", {}))
    if isinstance(error, ValidationFailed):
        error.errors = [
            FieldError(fault["pointer"], fault["code"], fault["detail"], fault["detail"])
            for fault in problem.get("errors", ())
        ]
    # An error of the other service's own has no class here, so its words come from there.
    detail = str(problem.get("detail"))
    vars(error).update(code=problem.get("code"), detail=lambda _language: detail)
    return error


def _plain(value: Any) -> Any:
    if isinstance(value, set | frozenset | tuple):
        return sorted(value) if not isinstance(value, tuple) else list(value)
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)
