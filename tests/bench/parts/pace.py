"""Asks at a steady pace, however long answers take; a latency counts from when its question was due.

`python -m tests.bench.parts.pace HOST PORT PER_SECOND` reads raw requests, as one line with a JSON list of texts, from
standard input, asks until that is closed, and writes {"failed", "micros": […]}.
"""

import asyncio
import random
import sys
import time
from collections import deque
from itertools import cycle, islice
from typing import cast

import httptools
import orjson
import uvloop

_MOST_LINES = 64


class Line(asyncio.Protocol):
    """One connection, kept for the next question."""

    def __init__(self, asker: "Asker") -> None:
        self._asker = asker
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do not inherit from asyncio's.
        self._transport = cast("asyncio.Transport", transport)

    def ask(self, request: bytes, due: float) -> None:
        self._due = due
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self._asker.answered(self, self._parser.get_status_code(), self._due)


class Asker:
    def __init__(self, requests: list[bytes], per_second: float) -> None:
        anywhere = random.randrange(len(requests))
        self._requests, self._pause = islice(cycle(requests), anywhere, None), 1 / per_second
        self._free: list[Line] = []
        self._due: deque[float] = deque()
        self._under_way = self.failed = 0
        self.micros: list[int] = []

    async def run(self, host: str, port: int, over: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(_MOST_LINES):
            _, line = await loop.create_connection(lambda: Line(self), host, port)
            self._free.append(line)
        due = time.perf_counter()
        while not over.is_set():
            self._due.append(due)
            self._ask()
            due += self._pause
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
        while self._under_way:
            await asyncio.sleep(0.01)

    def _ask(self) -> None:
        while self._free and self._due:
            self._under_way += 1
            self._free.pop().ask(next(self._requests), self._due.popleft())

    def answered(self, line: Line, status: int, due: float) -> None:
        self._under_way -= 1
        if status >= 400:
            self.failed += 1
        else:
            self.micros.append(int((time.perf_counter() - due) * 1e6))
        self._free.append(line)
        self._ask()


async def main(host: str, port: int, per_second: float) -> None:
    requests = [text.encode() for text in orjson.loads(sys.stdin.buffer.readline())]
    asker, over = Asker(requests, per_second), asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), over.set)
    await asker.run(host, port, over)
    sys.stdout.buffer.write(orjson.dumps({"failed": asker.failed, "micros": asker.micros}))


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
