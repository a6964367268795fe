"""Answers of an operation: status, entity tag, location, caching."""

import hashlib
import re
from typing import Any
from urllib.parse import quote

import orjson

from chassis.api import Operation
from chassis.errors import camel
from edge.asked import Asked
from edge.rpc import Reply

Headers = list[tuple[bytes, bytes]]
_PLACEHOLDER = re.compile(r"{([a-z_]+)}")


class Answers:
    """Turns the results of one operation into HTTP answers."""

    def __init__(self, operation: Operation, prefix: str) -> None:
        self._operation = operation
        self._status = operation.status
        self._location = f"{prefix}{operation.location}" if operation.location else None
        self._location_fields = tuple(_PLACEHOLDER.findall(operation.location or ""))
        self._tagged = operation.etag or (operation.method == "GET" and operation.cache is not None)
        cache = (operation.cache or "no-store").encode()
        self._common: Headers = [(b"cache-control", cache), (b"vary", b"Accept-Language")]

    async def send(self, asked: Asked, reply: Reply, send: Any) -> None:
        status, headers, result = self._status, self._common.copy(), reply.result
        if reply.replayed:
            headers.append((b"idempotency-replayed", b"true"))
        body = b"" if status == 204 else orjson.dumps(result)
        if self._tagged:
            tag = self._tag(result, body)
            headers.append((b"etag", tag))
            if self._operation.method == "GET" and known(tag, asked.headers.get(b"if-none-match")):
                status, body = 304, b""
        if self._location is not None:
            headers.append((b"location", self._address(result)))
        if body:
            headers.append((b"content-type", b"application/json"))
            headers.append((b"content-language", asked.language.encode()))
            headers.append((b"content-length", b"%d" % len(body)))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _tag(self, result: Any, body: bytes) -> bytes:
        if self._operation.etag:
            return b'"%d"' % result["version"]
        return b'"%s"' % hashlib.blake2b(body, digest_size=12).hexdigest().encode()

    def _address(self, result: Any) -> bytes:
        values = {name: quote(str(result[camel(name)]), safe="") for name in self._location_fields}
        return str(self._location).format(**values).encode()


def known(tag: bytes, if_none_match: bytes | None) -> bool:
    """Whether the client already has the entity with this tag."""
    if if_none_match is None:
        return False
    tags = [candidate.strip().removeprefix(b"W/") for candidate in if_none_match.split(b",")]
    return tag in tags or b"*" in tags
