"""A carrier to practise on: the postal API in the VNPost style, with a clock of its own and faults on demand.

    POST /vnpost/getToken          {customerKey, secretKey}
    POST /vnpost/postOrder         {customerCode, orderNumber, codAmount, sender, description, receiver}
    POST /vnpost/getOrderTracking  {lastId, pageSize}
    GET|PUT /vnpost/admin          see and set speed, outcome and faults

Rows of tracking are written when they are asked for, as far as the clock has come: nothing runs in between.
"""

import asyncio
import hmac
import json
import os
import secrets
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import cache, wraps
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

ACCEPTED = ("70", "Đã chấp nhận tại bưu cục")
MOVING = ("80", "Đang vận chuyển")
OUT = ("90", "Bưu tá đang đi phát")
DELIVERED = ("100", "Phát thành công")
ATTEMPTED = ("91", "Đi phát không thành công")
SENT_BACK = ("170", "Đã phát hoàn cho người gửi")
LOST = ("190", "Thất lạc")
ODD = ("777", "Trạng thái chưa công bố")

#: What becomes of the parcels accepted while this outcome is set.
OUTCOMES: dict[str, list[tuple[str, str]]] = {
    "delivered": [ACCEPTED, MOVING, OUT, DELIVERED],
    "second-attempt": [ACCEPTED, MOVING, OUT, ATTEMPTED, OUT, DELIVERED],
    "returned": [ACCEPTED, MOVING, OUT, ATTEMPTED, SENT_BACK],
    "lost": [ACCEPTED, MOVING, LOST],
    "unknown-code": [ACCEPTED, MOVING, ODD, OUT, DELIVERED],
}

#: What PUT /vnpost/admin may set. Counts run down to zero by themselves.
DEFAULTS: dict[str, Any] = {
    "stepSeconds": float(os.environ.get("VNPOST_STEP_SECONDS", "0.5")),
    "outcome": "delivered",
    "duplicateRows": False,  # every row is told twice
    "shuffleRows": False,  # a parcel's rows are told last one first
    "slowSeconds": 0.0,  # before every answer
    "errors": 0,  # the next N calls are answered 500
    "lostAnswers": 0,  # the next N orders are accepted, but the answer never comes
    "refusals": 0,  # the next N orders are refused as undeliverable
}

TOKEN_SECONDS = 600
SCHEMA = """
create table if not exists settings (name text primary key, value text not null);
create table if not exists tokens (token text primary key, expires real not null);
create table if not exists orders (
  number text primary key, item text not null unique, body text not null, accepted real not null);
create table if not exists rows (
  seq integer primary key autoincrement, number text not null, code text not null,
  message text not null, happened real not null, told_from real not null, told integer);
create unique index if not exists rows_told on rows (told);
create index if not exists rows_waiting on rows (told_from) where told is null;
"""


class Carrier:
    """The carrier's books, kept in one SQLite file so that a restart forgets nothing."""

    def __init__(self, file: Path) -> None:
        self.file = file
        with closing(self._connect()) as db, db:
            db.executescript(SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.file, timeout=5)
        db.execute("pragma journal_mode = wal")
        return db

    def settings(self) -> dict[str, Any]:
        with closing(self._connect()) as db:
            stored = {
                name: json.loads(value) for name, value in db.execute("select name, value from settings")
            }
        return DEFAULTS | stored

    def change(self, values: dict[str, Any]) -> None:
        rows = [(name, json.dumps(value)) for name, value in values.items()]
        with closing(self._connect()) as db, db:
            db.executemany("insert or replace into settings values (?, ?)", rows)

    def spend(self, name: str) -> bool:
        """Use up one of a counted fault, when there is one left."""
        left = int(self.settings()[name])
        if left > 0:
            self.change({name: left - 1})
        return left > 0

    def new_token(self) -> str:
        token = secrets.token_urlsafe(24)
        with closing(self._connect()) as db, db:
            db.execute("delete from tokens where expires < ?", (time.time(),))
            db.execute("insert into tokens values (?, ?)", (token, time.time() + TOKEN_SECONDS))
        return token

    def knows_token(self, token: str) -> bool:
        with closing(self._connect()) as db:
            row = db.execute("select expires from tokens where token = ?", (token,)).fetchone()
        return row is not None and row[0] >= time.time()

    def forget_tokens(self) -> None:
        with closing(self._connect()) as db, db:
            db.execute("delete from tokens")

    def accept(self, number: str, body: dict[str, Any]) -> str:
        """The item code of the order: the same one however often the order comes."""
        settings = self.settings()
        with closing(self._connect()) as db, db:
            db.execute("begin immediate")
            known = db.execute("select item from orders where number = ?", (number,)).fetchone()
            if known is not None:
                return str(known[0])
            item = f"EM{secrets.randbelow(10**9):09d}VN"
            now = time.time()
            db.execute(
                "insert into orders values (?, ?, ?, ?)",
                (number, item, json.dumps(body), now),
            )
            db.executemany(
                "insert into rows (number, code, message, happened, told_from) values (?, ?, ?, ?, ?)",
                [(number, *step) for step in _itinerary(settings, now)],
            )
            return item

    def tracking(self, last: str, size: int) -> list[dict[str, Any]]:
        """The rows after a cursor, oldest told first."""
        with closing(self._connect()) as db, db:
            db.execute("begin immediate")
            due = db.execute(
                "select seq from rows where told is null and told_from <= ? order by told_from, seq",
                (time.time(),),
            ).fetchall()
            told = db.execute("select coalesce(max(told), 0) from rows").fetchone()[0]
            db.executemany(
                "update rows set told = ? where seq = ?",
                [(told + n, seq) for n, (seq,) in enumerate(due, 1)],
            )
            found = db.execute(
                "select told, number, item, code, message, happened, body from rows join orders using (number)"
                " where told > ? order by told limit ?",
                (int(last, 16), size),
            ).fetchall()
        return [_row(*row) for row in found]

    def orders(self) -> list[dict[str, Any]]:
        with closing(self._connect()) as db:
            found = db.execute("select number, item, body from orders order by accepted").fetchall()
        return [
            {"orderNumber": number, "itemCode": item, "order": json.loads(body)}
            for number, item, body in found
        ]


def _itinerary(settings: dict[str, Any], start: float) -> list[tuple[str, str, float, float]]:
    """(code, message, when it happens, when it is told) for every row a parcel will have."""
    step = float(settings["stepSeconds"])
    legs = OUTCOMES[settings["outcome"]]
    plan = [(code, message, start + n * step) for n, (code, message) in enumerate(legs)]
    end = plan[-1][2]
    rows = [(*leg, end if settings["shuffleRows"] else leg[2]) for leg in plan]
    if settings["shuffleRows"]:
        rows.reverse()
    return [row for row in rows for _ in range(2 if settings["duplicateRows"] else 1)]


def _row(
    told: int, number: str, item: str, code: str, message: str, happened: float, body: str
) -> dict[str, Any]:
    signed_by = json.loads(body)["receiver"].get("Name") if code == DELIVERED[0] else None
    return {
        "id": f"{told:024x}",
        "orderNumber": number,
        "itemCode": item,
        "statusCode": code,
        "statusMessage": message,
        "statusDate": datetime.fromtimestamp(happened, UTC).isoformat(),
        "signedBy": signed_by,
    }


@cache
def carrier() -> Carrier:
    """The books of this process; the directory is named by the environment."""
    directory = Path(os.environ["SANDBOX_DIR"])
    directory.mkdir(parents=True, exist_ok=True)
    return Carrier(directory / "vnpost.sqlite3")


def _answer(status: int, code: str, message: str, **more: Any) -> JSONResponse:
    return JSONResponse({"errorCode": code, "errorMessage": message} | more, status_code=status)


Handler = Callable[[Request, dict[str, Any]], Awaitable[Response]]


def _call(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Read the body and play the faults that any call can meet."""

    @wraps(handler)
    async def endpoint(request: Request) -> Response:
        settings = carrier().settings()
        if settings["slowSeconds"]:
            await asyncio.sleep(float(settings["slowSeconds"]))
        if carrier().spend("errors"):
            return _answer(500, "99", "Lỗi hệ thống")
        try:
            body = await request.json()
        except ValueError:
            return _answer(400, "01", "Dữ liệu không đọc được")
        if not isinstance(body, dict):
            return _answer(400, "01", "Dữ liệu không đúng định dạng")
        return await handler(request, body)

    return endpoint


def _signed_in(request: Request) -> bool:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and carrier().knows_token(token)


@_call
async def get_token(_: Request, body: dict[str, Any]) -> Response:
    key, secret = os.environ["CARRIER_CUSTOMER"], os.environ["CARRIER_SECRET"]
    given = (str(body.get("customerKey", "")), str(body.get("secretKey", "")))
    if not (
        hmac.compare_digest(given[0].encode(), key.encode())
        & hmac.compare_digest(given[1].encode(), secret.encode())
    ):
        return _answer(401, "02", "Sai thông tin khách hàng")
    return _answer(200, "00", "", token=carrier().new_token(), expiresIn=TOKEN_SECONDS)


@_call
async def post_order(request: Request, body: dict[str, Any]) -> Response:
    if not _signed_in(request):
        return _answer(401, "02", "Phiên làm việc hết hạn")
    number, receiver = body.get("orderNumber"), body.get("receiver")
    if not (isinstance(number, str) and number and isinstance(receiver, dict) and receiver.get("Address")):
        return _answer(400, "03", "Thiếu số đơn hàng hoặc địa chỉ người nhận")
    if carrier().spend("refusals"):
        return _answer(422, "04", "Địa chỉ nằm ngoài phạm vi phục vụ")
    item = carrier().accept(number, body)
    if carrier().spend("lostAnswers"):
        await _until_the_caller_gives_up(request)
    return _answer(200, "00", "", orderNumber=number, itemCode=item)


async def _until_the_caller_gives_up(request: Request, at_most: float = 30) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(at_most):
            while (await request.receive())["type"] != "http.disconnect":
                pass


@_call
async def get_order_tracking(request: Request, body: dict[str, Any]) -> Response:
    if not _signed_in(request):
        return _answer(401, "02", "Phiên làm việc hết hạn")
    last, size = str(body.get("lastId", "")), body.get("pageSize")
    if not (len(last) == 24 and _is_hex(last) and isinstance(size, int) and 1 <= size <= 1000):
        return _answer(400, "03", "Con trỏ hoặc cỡ trang không hợp lệ")
    return _answer(200, "00", "", data=carrier().tracking(last, size))


def _is_hex(text: str) -> bool:
    return all(char in "0123456789abcdefABCDEF" for char in text)


async def admin(request: Request) -> Response:
    """See the settings and orders; PUT changes settings, {"reset": true} first goes back to the defaults."""
    if request.method == "PUT":
        wanted = await request.json()
        unknown = sorted(set(wanted) - set(DEFAULTS) - {"reset", "forgetTokens"})
        if unknown or wanted.get("outcome", "delivered") not in OUTCOMES:
            return _answer(
                422,
                "05",
                "Thiết lập không hợp lệ",
                unknown=unknown,
                outcomes=list(OUTCOMES),
            )
        if wanted.pop("reset", False):
            carrier().change(DEFAULTS)
        if wanted.pop("forgetTokens", False):
            carrier().forget_tokens()
        carrier().change(wanted)
    return JSONResponse({"settings": carrier().settings(), "orders": carrier().orders()})


routes = [
    Route("/vnpost/getToken", get_token, methods=["POST"]),
    Route("/vnpost/postOrder", post_order, methods=["POST"]),
    Route("/vnpost/getOrderTracking", get_order_tracking, methods=["POST"]),
    Route("/vnpost/admin", admin, methods=["GET", "PUT"]),
]
