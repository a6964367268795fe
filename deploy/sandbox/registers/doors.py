"""The calls of the registers, the faults any of them can meet, and the page that sets them."""

import asyncio
import hmac
import os
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from deploy.sandbox.registers.books import DEFAULTS, STARTER, WRONG, Entry, books

#: The error codes of the state's data exchange.
AUTHEN_ERROR, RECORD_NOT_FOUND, DATA_TYPE_INVALID = "100", "201", "302"
_HUGE = 3_000_000


def _refusal(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"errorCode": code, "errorMessage": message}, status_code=status)


def _lookup(register: str, parameter: str, named: str) -> Callable[[Request], Awaitable[Response]]:
    """A call that looks a number up in one register."""

    async def endpoint(request: Request) -> Response:
        settings = books().settings()
        await asyncio.sleep(float(settings["slowSeconds"]))
        if settings["down"]:
            return _refusal(503, "500", "Dịch vụ tạm dừng")
        if books().spend_error():
            return _refusal(500, "500", "Lỗi hệ thống")
        if not _has_key(request):
            return _refusal(401, AUTHEN_ERROR, "Sai khóa truy cập")
        number = await _number(request, parameter)
        if number is None:
            return _refusal(400, DATA_TYPE_INVALID, "Dữ liệu không đúng định dạng")
        return _answer(register, number, named, settings["wrong"])

    return endpoint


def _has_key(request: Request) -> bool:
    given = request.headers.get("x-api-key", "")
    return hmac.compare_digest(given.encode(), os.environ["REGISTERS_KEY"].encode())


async def _number(request: Request, parameter: str) -> str | None:
    try:
        body = await request.json()
    except ValueError:
        return None
    number = body.get(parameter) if isinstance(body, dict) else None
    return number if isinstance(number, str) else None


def _answer(register: str, number: str, named: str, wrong: str) -> Response:
    if wrong == "nonsense":
        return PlainTextResponse("<html>bảo trì</html>")
    if wrong == "huge":
        return JSONResponse({"errorCode": "0", "data": {named: number, "RAC": "x" * _HUGE}})
    entry = books().find(register, number)
    if entry is None:
        return _refusal(404, RECORD_NOT_FOUND, "Không tìm thấy bản ghi")
    told = number[::-1] if wrong == "another" else number
    return JSONResponse({"errorCode": "0", "errorMessage": "", "data": {named: told} | entry})


async def admin(request: Request) -> Response:
    """See the settings; PUT sets some, and adds entries: {"businesses": {tax code: …}, "children": {number: …}}."""
    if request.method == "PUT":
        wanted: Entry = await request.json()
        added = {register: wanted.pop(register, {}) for register in STARTER}
        if not set(wanted) <= {*DEFAULTS, "reset"} or wanted.get("wrong", "") not in WRONG:
            return _refusal(422, DATA_TYPE_INVALID, "Thiết lập không hợp lệ")
        if wanted.pop("reset", False):
            books().change(DEFAULTS)
        books().change(wanted)
        for register, entries in added.items():
            for number, entry in entries.items():
                books().put(register, number, entry)
    return JSONResponse({"settings": books().settings()})


routes = [
    Route("/registers/chiTietDoanhNghiep", _lookup("businesses", "msdn", "MSDN"), methods=["POST"]),
    Route("/registers/thongTinGiamHo", _lookup("children", "soDinhDanh", "SO_DINH_DANH"), methods=["POST"]),
    Route("/registers/admin", admin, methods=["GET", "PUT"]),
]
