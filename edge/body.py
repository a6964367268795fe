"""Reading request bodies: never more than is allowed, never for longer than is fair."""

import asyncio
import time
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
        self._receive, self._idle = receive, idle_seconds
        self._limit = self._left = limit
        self._more = True
        declared = asked.headers.get(b"content-length", b"")
        if declared.isdigit() and int(declared) > limit:
            raise TooLarge(limit=limit)
        self.empty = declared == b"0" or (not declared and b"transfer-encoding" not in asked.headers)

    async def chunks(self, rate: float) -> AsyncIterator[bytes]:
        """The body piece by piece, on average `rate` bytes a second or faster.

        Raises TooLarge, RequestTimeout or Disconnected.
        """
        waited = 0.0
        while self._more:
            # Only what the client lets us wait counts, not what the reader does with a piece.
            started, left = time.monotonic(), self._idle + (self._limit - self._left) / rate - waited
            try:
                async with asyncio.timeout(min(self._idle, left)):
                    chunk = await self._next()
            except TimeoutError:
                raise RequestTimeout from None
            waited += time.monotonic() - started
            if chunk:
                yield chunk

    async def json(self, asked: Asked) -> Any:
        """The body as JSON; an absent body is an empty object."""
        if self.empty:
            return {}
        if asked.content_type() != "application/json":
            raise UnsupportedType(accepted=["application/json"])
        raw = b""
        try:
            async with asyncio.timeout(self._idle):
                while self._more:
                    raw += await self._next()
        except TimeoutError:
            raise RequestTimeout from None
        try:
            return orjson.loads(raw) if raw else {}
        except orjson.JSONDecodeError as error:
            raise MalformedJson(line=error.lineno, column=error.colno) from None

    async def _next(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunk: bytes = message.get("body", b"")
        self._left -= len(chunk)
        if self._left < 0:
            raise TooLarge(limit=self._limit)
        self._more = message.get("more_body", False)
        return chunk
