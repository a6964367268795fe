"""A light HTTP load generator: N keep-alive connections, each sending its next request at the answer.

`python -m tests.bench.parts.load HOST PORT SECONDS CONNECTIONS` reads raw requests, as a JSON list of texts, from
standard input, sends them in turn from anywhere in the list on, and writes {"ops", "failed", "seconds", "micros": […]}.
"""

import asyncio
import random
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from typing import cast

import httptools
import orjson
import uvloop


class Client(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], until: float, micros: list[int]) -> None:
        self._requests, self._until, self._micros = requests, until, micros
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.failed = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do not inherit from asyncio's.
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        now = time.perf_counter()
        if self._parser.get_status_code() >= 400:
            self.failed += 1
        else:
            self._micros.append(int((now - self._asked) * 1e6))
        if now < self._until:
            self._ask()
        elif self._transport is not None:
            self._transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def _ask(self) -> None:
        assert self._transport is not None
        self._asked = time.perf_counter()
        self._transport.write(next(self._requests))


async def run(
    host: str, port: int, seconds: float, connections: int, requests: list[str]
) -> dict[str, object]:
    micros: list[int] = []
    whole = cycle([request.encode() for request in requests])
    in_turn = islice(whole, random.randrange(len(requests)), None)
    started = time.perf_counter()
    until = started + seconds
    loop = asyncio.get_running_loop()
    pairs = [
        await loop.create_connection(lambda: Client(in_turn, until, micros), host, port)
        for _ in range(connections)
    ]
    clients = [client for _, client in pairs]
    await asyncio.wait([client.done for client in clients], timeout=seconds + 30)
    spent = time.perf_counter() - started
    failed = sum(client.failed for client in clients)
    return {"ops": len(micros), "failed": failed, "seconds": spent, "micros": micros}


if __name__ == "__main__":
    host, port, seconds, connections = sys.argv[1:5]
    result = uvloop.run(
        run(host, int(port), float(seconds), int(connections), orjson.loads(sys.stdin.buffer.read()))
    )
    sys.stdout.buffer.write(orjson.dumps(result))
