"""Asks at a steady pace, however long answers take; a latency counts from when its question was due.

`python -m tests.bench.parts.pace HOST PORT PER_SECOND` reads raw requests, as one line with a JSON list of texts, from
standard input, asks until that is closed, and writes {"failed", "micros": […]}.
"""

import asyncio
import random
import sys
import time
from collections import deque
from contextlib import suppress
from itertools import cycle, islice
from typing import cast

import httptools
import orjson
import uvloop

_MOST_LINES = 64
#: How long the last answers are waited for.
_LAST_SECONDS = 10.0


class Line(asyncio.Protocol):
    """One connection, kept for the next question."""

    def __init__(self, asker: "Asker") -> None:
        self._asker = asker
        self._parser = httptools.HttpResponseParser(self)
        self._due: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do not inherit from asyncio's.
        self._transport = cast("asyncio.Transport", transport)

    def ask(self, request: bytes, due: float) -> None:
        self._due = due
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        due, self._due = self._due, None
        if due is not None:
            self._asker.answered(self, self._parser.get_status_code(), due)

    def connection_lost(self, _: Exception | None) -> None:
        self._asker.lost(self, asking=self._due is not None)


class Asker:
    def __init__(self, requests: list[bytes], per_second: float) -> None:
        anywhere = random.randrange(len(requests))
        self._requests, self._pause = islice(cycle(requests), anywhere, None), 1 / per_second
        self._free: list[Line] = []
        self._due: deque[float] = deque()
        self._lines = self.failed = 0
        self.micros: list[int] = []
        self._changed = asyncio.Event()

    async def run(self, host: str, port: int, over: asyncio.Event) -> None:
        due = time.perf_counter()
        while not over.is_set():
            self._due.append(due)
            if not self._free and self._lines < _MOST_LINES:
                await self._open(host, port)
            self._ask()
            due += self._pause
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_SECONDS):
                while len(self._free) < self._lines:
                    self._changed.clear()
                    await self._changed.wait()

    async def _open(self, host: str, port: int) -> None:
        _, line = await asyncio.get_running_loop().create_connection(lambda: Line(self), host, port)
        self._lines += 1
        self._free.append(line)

    def _ask(self) -> None:
        while self._free and self._due:
            self._free.pop().ask(next(self._requests), self._due.popleft())

    def answered(self, line: Line, status: int, due: float) -> None:
        if status >= 400:
            self.failed += 1
        else:
            self.micros.append(int((time.perf_counter() - due) * 1e6))
        self._free.append(line)
        self._changed.set()
        self._ask()

    def lost(self, line: Line, *, asking: bool) -> None:
        self._lines -= 1
        if asking:
            self.failed += 1
        elif line in self._free:
            self._free.remove(line)
        self._changed.set()


async def main(host: str, port: int, per_second: float) -> None:
    requests = [text.encode() for text in orjson.loads(sys.stdin.buffer.readline())]
    asker, over = Asker(requests, per_second), asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), over.set)
    await asker.run(host, port, over)
    sys.stdout.buffer.write(orjson.dumps({"failed": asker.failed, "micros": asker.micros}))


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
