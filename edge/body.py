"""Reading request bodies: never more than is allowed, never for longer than is fair."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson

from chassis.errors import TooLarge, UnsupportedType
from edge.asked import Asked
from edge.errors import MalformedJson, RequestTimeout


class Disconnected(Exception):
    """The client went away before its request was complete."""


class Body:
    """The body of one request, counted while it is read."""

    def __init__(self, asked: Asked, receive: Any, limit: int, idle_seconds: float) -> None:
        self._receive, self._limit, self._idle = receive, limit, idle_seconds
        declared = asked.headers.get(b"content-length", b"")
        if declared.isdigit() and int(declared) > limit:
            raise TooLarge(limit=limit)
        self.empty = declared == b"0" or (not declared and b"transfer-encoding" not in asked.headers)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body piece by piece. Raises TooLarge, RequestTimeout or Disconnected."""
        left, more = self._limit, True
        while more:
            try:
                async with asyncio.timeout(self._idle):
                    message = await self._receive()
            except TimeoutError:
                raise RequestTimeout from None
            if message["type"] == "http.disconnect":
                raise Disconnected
            chunk: bytes = message.get("body", b"")
            left -= len(chunk)
            if left < 0:
                raise TooLarge(limit=self._limit)
            if chunk:
                yield chunk
            more = message.get("more_body", False)

    async def json(self, asked: Asked) -> Any:
        """The body as JSON; an absent body is an empty object."""
        if self.empty:
            return {}
        if asked.content_type() != "application/json":
            raise UnsupportedType(accepted=["application/json"])
        raw = b"".join([chunk async for chunk in self.chunks()])
        try:
            return orjson.loads(raw) if raw else {}
        except orjson.JSONDecodeError as error:
            raise MalformedJson(line=error.lineno, column=error.colno) from None
