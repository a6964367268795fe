"""Refreshing as fast as it goes: each connection holds one token and sends what its last answer gave.

`python -m tests.bench.parts.chains HOST PORT SECONDS client|session` reads a JSON list of refresh tokens from standard
input and writes {"ops", "failed", "seconds", "micros": […], "access_tokens": […]}.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import orjson
import uvloop

from tests.bench.parts.load import Client
from tests.bench.parts.people import CLIENT

_KEPT = 500


def by_client(token: str) -> bytes:
    body = urlencode({"grant_type": "refresh_token", "client_id": CLIENT, "refresh_token": token})
    return _request("/oauth/token", "application/x-www-form-urlencoded", body.encode())


def by_session(token: str) -> bytes:
    return _request("/v1/sessions/refresh", "application/json", orjson.dumps({"refreshToken": token}))


def _request(path: str, kind: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Chain(Client):
    """Its next request carries the token of the answer before."""

    def __init__(self, token: str, made: Callable[[str], bytes], until: float, micros: list[int]) -> None:
        super().__init__(self._requests_of(made), until, micros)
        self._token, self._body = token, b""
        self.access_tokens: list[str] = []

    def _requests_of(self, made: Callable[[str], bytes]) -> Iterator[bytes]:
        while True:
            yield made(self._token)

    def on_body(self, piece: bytes) -> None:
        self._body += piece

    def on_message_complete(self) -> None:
        answer, self._body = orjson.loads(self._body), b""
        self._token = answer.get("refresh_token") or answer.get("refreshToken") or self._token
        self.access_tokens.append(answer.get("accessToken") or answer.get("access_token") or "")
        super().on_message_complete()


async def run(host: str, port: int, seconds: float, how: str, tokens: list[str]) -> dict[str, object]:
    micros: list[int] = []
    made = {"client": by_client, "session": by_session}[how]
    started = time.perf_counter()
    loop = asyncio.get_running_loop()
    chains = [Chain(token, made, started + seconds, micros) for token in tokens]
    await asyncio.gather(*(loop.create_connection(lambda it=it: it, host, port) for it in chains))  # type: ignore[misc]
    await asyncio.wait([chain.done for chain in chains], timeout=seconds + 30)
    return {
        "ops": len(micros),
        "failed": sum(chain.failed for chain in chains),
        "seconds": time.perf_counter() - started,
        "micros": micros,
        "access_tokens": [token for chain in chains for token in chain.access_tokens][:_KEPT],
    }


if __name__ == "__main__":
    host, port, seconds, how = sys.argv[1:5]
    result = uvloop.run(run(host, int(port), float(seconds), how, orjson.loads(sys.stdin.buffer.read())))
    sys.stdout.buffer.write(orjson.dumps(result))
