"""Everything that goes wrong, as RFC 9457 problem details."""

import re
from typing import Any

import orjson

from chassis.errors import ServiceError
from edge.asked import Asked

Headers = list[tuple[bytes, bytes]]

_RETRY_AFTER = b"1"
_ACR_VALUES = re.compile(r"[A-Za-z0-9 :./_-]{1,200}")


def problem(shown: dict[str, Any], asked: Asked) -> bytes:
    """The problem document of an error in its wire form (`ServiceError.as_problem`)."""
    document = {
        **(shown.get("extra") or {}),
        "type": "/problems/" + shown["code"],
        "title": shown["title"],
        "status": shown["status"],
        "detail": shown["detail"],
        "instance": asked.path,
        "traceId": asked.trace_id,
        "code": shown["code"],
        "retryable": bool(shown.get("retryable")),
    }
    if "errors" in shown:
        document["errors"] = shown["errors"]
    return orjson.dumps(document)


def _challenge(extra: dict[str, Any]) -> bytes:
    """What a client must come with: a token, or one of a sign-in that proves more (RFC 9470)."""
    wanted = str(extra.get("acrValues", ""))
    if not _ACR_VALUES.fullmatch(wanted):
        return b"Bearer"
    return f'Bearer error="insufficient_user_authentication", acr_values="{wanted}"'.encode()


def answer(error: ServiceError | dict[str, Any], asked: Asked) -> tuple[int, Headers, bytes]:
    """Status, headers and body for an error of ours, or for a service's own in wire form."""
    shown = error.as_problem(asked.language) if isinstance(error, ServiceError) else error
    body = problem(shown, asked)
    status = int(shown["status"])
    headers: Headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", b"%d" % len(body)),
        (b"content-language", asked.language.encode()),
        (b"cache-control", b"no-store"),
    ]
    extra = shown.get("extra") or {}
    if status == 401:
        headers.append((b"www-authenticate", _challenge(extra)))
    if status == 412 and "version" in extra:
        headers.append((b"etag", b'"%d"' % extra["version"]))
    if status == 405:
        headers.append((b"allow", ", ".join(extra["allow"]).encode()))
    if "retryAfter" in extra:
        headers.append((b"retry-after", b"%d" % extra["retryAfter"]))
    elif shown.get("retryable"):
        headers.append((b"retry-after", _RETRY_AFTER))
    return status, headers, body
