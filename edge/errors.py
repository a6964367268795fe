"""What can be wrong with a request before a service sees it."""

from chassis.errors import ServiceError, UnsupportedType

#: How many entity tags a condition may name: they travel in the headers of a message.
MOST_TAGS = 50


class BadRequest(ServiceError):
    status, code = 400, "bad-request"
    title_vi, title_en = "Yêu cầu không đúng", "Bad request"
    vi, en = "Máy chủ không hiểu được yêu cầu.", "The request could not be understood."


class MalformedJson(BadRequest):
    code = "malformed-json"
    vi = "Nội dung không phải JSON hợp lệ (dòng {line}, cột {column})."
    en = "The body is not valid JSON (line {line}, column {column})."


class MalformedForm(BadRequest):
    code = "malformed-form"
    vi = "Biểu mẫu multipart/form-data không hợp lệ hoặc thiếu phần «file»."
    en = "The multipart/form-data body is not valid or has no part called “file”."


class IdempotencyKeyMissing(BadRequest):
    code = "idempotency-key-missing"
    vi = "Cần có tiêu đề Idempotency-Key để gửi lại mà không bị lặp."
    en = "Send an Idempotency-Key header, so that a retry cannot do it twice."


class IdempotencyKeyInvalid(BadRequest):
    code = "idempotency-key-invalid"
    vi = "Idempotency-Key phải có 1-255 ký tự ASCII nhìn thấy được."
    en = "Idempotency-Key must have 1 to 255 visible ASCII characters."


class IfMatchInvalid(BadRequest):
    code = "if-match-invalid"
    vi = f"If-Match phải là * hoặc không quá {MOST_TAGS} ETag trong ngoặc kép, cách nhau bằng dấu phẩy."
    en = f"If-Match must be * or at most {MOST_TAGS} entity tags in double quotes, separated by commas."


class RequestTimeout(ServiceError):
    status, retryable = 408, True
    title_vi, title_en = "Quá thời gian gửi", "Sent too slowly"
    vi, en = "Yêu cầu được gửi quá chậm.", "The request arrived too slowly."


class UriTooLong(ServiceError):
    status = 414
    title_vi, title_en = "Địa chỉ quá dài", "Address too long"
    vi, en = "Địa chỉ được gọi dài hơn {limit} byte.", "The address is longer than {limit} bytes."


class HeadersTooLarge(ServiceError):
    status = 431
    title_vi, title_en = "Tiêu đề quá lớn", "Header fields too large"
    vi = "Một yêu cầu có nhiều nhất {fields} tiêu đề, tổng cộng nhiều nhất {bytes} byte."
    en = "A request may have {fields} header fields at most, of {bytes} bytes at most together."


class MethodNotAllowed(ServiceError):
    status = 405
    title_vi, title_en = "Phương thức không được hỗ trợ", "Method not allowed"
    vi, en = "Địa chỉ này chỉ nhận: {allow}.", "This address takes only: {allow}."


class PreconditionRequired(ServiceError):
    status = 428
    title_vi, title_en = "Thiếu điều kiện", "Precondition required"
    vi = "Cần gửi If-Match với ETag của lần đọc gần nhất nội dung sẽ thay đổi."
    en = "Send If-Match with the ETag of your latest read of what is to be changed."


class FileTypeRefused(UnsupportedType):
    vi = "Tệp có kiểu {found}; chỉ nhận: {accepted}."
    en = "The file is {found}; accepted are: {accepted}."


class FileTypeMismatch(UnsupportedType):
    vi = "Nội dung tệp là {found}, không phải {declared} như khai báo."
    en = "The file's content is {found}, not {declared} as declared."


class MalformedQuery(BadRequest):
    code = "malformed-query"
    vi = "Tham số truy vấn không hợp lệ."
    en = "The query parameters are not valid."
