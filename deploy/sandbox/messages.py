"""Where messages to people arrive: an SMTP server and an SMS gateway that keep what came, for reading.

POST     /messages/sms      {id, to, text}, with X-Api-Key
GET      /messages?to=…     what came for an address or number, newest last; DELETE forgets all
GET|PUT  /messages/faults   {"sms": {…}, "email": {…}}: delaySeconds, refuse, down
"""

import asyncio
import hmac
import os
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

_DEFAULTS: dict[str, Any] = {"delaySeconds": 0.0, "refuse": False, "down": False}
_kept: deque[dict[str, Any]] = deque(maxlen=1_000)
_faults: dict[str, dict[str, Any]] = {"sms": dict(_DEFAULTS), "email": dict(_DEFAULTS)}


class Mailbox:
    """What the SMTP server does with a letter."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        faults = _faults["email"]
        await asyncio.sleep(faults["delaySeconds"])
        if faults["down"]:
            return "451 try again later"
        if faults["refuse"]:
            return "550 no such mailbox"
        letter = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        body = letter.get_body(("plain",))
        text = body.get_content() if body is not None else ""
        for recipient in envelope.rcpt_tos:
            _keep(
                "email", recipient, text, subject=str(letter["subject"]), language=letter["content-language"]
            )
        return "250 OK"


@asynccontextmanager
async def mail_server() -> AsyncIterator[None]:
    """The SMTP server at SANDBOX_SMTP_PORT, when there is such a setting."""
    port = int(os.environ.get("SANDBOX_SMTP_PORT") or 0)
    if not port:
        yield
        return
    host = os.environ.get("SANDBOX_HOST", "127.0.0.1")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Mailbox(), hostname="sandbox"), host, port)
    async with server:
        yield


async def take_sms(request: Request) -> Response:
    faults = _faults["sms"]
    await asyncio.sleep(faults["delaySeconds"])
    if faults["down"]:
        return JSONResponse({"error": "down"}, 503)
    key = request.headers.get("x-api-key", "").encode()
    if not hmac.compare_digest(key, os.environ["SMS_KEY"].encode()):
        return JSONResponse({"error": "wrong key"}, 401)
    body = await request.json()
    if faults["refuse"]:
        return JSONResponse({"error": "no such number"}, 422)
    # The same message sent again is one message.
    known = next((kept for kept in _kept if kept.get("id") == body["id"]), None)
    if known is None:
        _keep("sms", body["to"], body["text"], id=body["id"], times=1)
    else:
        known["times"] += 1
    return JSONResponse({"id": body["id"]}, 202)


def _keep(channel: str, to: str, text: str, **more: Any) -> None:
    _kept.append({"channel": channel, "to": to, "text": text} | more)


async def read(request: Request) -> Response:
    if request.method == "DELETE":
        _kept.clear()
    wanted = request.query_params.get("to")
    return JSONResponse({"messages": [kept for kept in _kept if wanted in (None, kept["to"])]})


async def set_faults(request: Request) -> Response:
    if request.method == "PUT":
        wanted = await request.json()
        known = isinstance(wanted, dict) and set(wanted) <= set(_faults)
        if not known or any(set(changed) - set(_DEFAULTS) for changed in wanted.values()):
            return JSONResponse({"error": "not a fault", "faults": _faults}, 422)
        for channel, changed in wanted.items():
            _faults[channel] = _DEFAULTS | changed
    return JSONResponse(_faults)


routes = [
    Route("/messages/sms", take_sms, methods=["POST"]),
    Route("/messages/faults", set_faults, methods=["GET", "PUT"]),
    Route("/messages", read, methods=["GET", "DELETE"]),
]
