"""What can go wrong with the provider, and the wrapper that makes it go wrong."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import wraps
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

PLACES = ("discovery", "jwks", "token", "userinfo")
#: `500`: an error; `cut`: the line is cut within the answer; `drip`: an answer byte by byte, for ever.
DOWNS = ("", "500", "cut", "drip")
#: Of the ID token, but: `claims` of userinfo, `sub` another person's userinfo, `huge` and `garbage` every answer.
WRONGS = (
    *("", "signature", "nonce", "issuer", "audience", "expired", "kid", "at_hash"),
    *("claims", "sub", "huge", "garbage"),
)
DEFAULTS: dict[str, Any] = {"delaySeconds": 0.0, "down": "", "wrong": "", "at": list(PLACES)}

current: dict[str, Any] = dict(DEFAULTS)
calls: Counter[str] = Counter()

Handler = Callable[[Request], Awaitable[Response]]


def problems(wanted: dict[str, Any]) -> list[str]:
    """The names in `wanted` that are no faults, or have no fitting value."""
    return sorted(name for name, value in wanted.items() if name not in DEFAULTS or not _fits(name, value))


def _fits(name: str, value: object) -> bool:
    match name:
        case "delaySeconds":
            return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 60
        case "down":
            return value in DOWNS
        case "wrong":
            return value in WRONGS
    return isinstance(value, list) and set(map(str, value)) <= set(PLACES)


def reset() -> None:
    """Everything works again, and nothing was called yet."""
    current.clear()
    current.update(DEFAULTS)
    calls.clear()


def at(place: str) -> Callable[[Handler], Handler]:
    """Count the calls of an address that servers use, and play its faults."""

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        async def endpoint(request: Request) -> Response:
            calls[place] += 1
            if place not in current["at"]:
                return await handler(request)
            await asyncio.sleep(current["delaySeconds"])
            return _failing(current["down"] or current["wrong"]) or await handler(request)

        return endpoint

    return decorate


def _failing(fault: str) -> Response | None:
    match fault:
        case "500":
            return JSONResponse({"error": "server_error"}, 500)
        case "cut":
            return StreamingResponse(
                _cut(), headers={"content-length": "1000"}, media_type="application/json"
            )
        case "drip":
            return StreamingResponse(_dripping(), media_type="application/json")
        case "huge":
            return StreamingResponse(_huge(), media_type="application/json")
        case "garbage":
            return PlainTextResponse('{"keys": [[[', media_type="application/json")
    return None


async def _cut() -> AsyncIterator[bytes]:
    yield b'{"half": '
    raise ConnectionResetError("cut on demand")


async def _dripping() -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(0.1)


async def _huge() -> AsyncIterator[bytes]:
    yield b'{"padding": "'
    for _ in range(512):
        yield b"x" * 65536
    yield b'"}'
