"""uvicorn's HTTP protocol, but an answer's head and body leave in one piece."""

import asyncio
from typing import Any

from edge.heads import LimitedHeads

_LONG_BYTES = 64 * 1024


class Joined:
    """A transport that sends what is written in one turn of the loop with one system call."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._waiting: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        if not self._waiting:
            self._loop.call_soon(self._flush)
        self._waiting.append(data)
        self._size += len(data)
        if self._size > _LONG_BYTES:
            # A stream: its own flow control must see it.
            self._flush()

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        waiting, self._waiting, self._size = self._waiting, [], 0
        if waiting and not self._transport.is_closing():
            self._transport.write(b"".join(waiting))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Protocol(LimitedHeads):
    def connection_made(self, transport: Any) -> None:
        super().connection_made(Joined(transport))
