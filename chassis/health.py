"""`/health/live`, `/health/ready` and `/metrics`, served outside the worker pool."""

import json
import time
from collections.abc import Callable, Iterable
from typing import Any

from prometheus_client import REGISTRY, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Checks = Callable[[], dict[str, bool]]


def application(
    live: Callable[[], bool], ready: Checks
) -> Callable[[dict[str, Any], StartResponse], Iterable[bytes]]:
    """A WSGI application; `ready` names each condition, so that a probe says what is missing."""

    def serve(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/metrics":
            start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest(REGISTRY)]
        if path == "/health/live":
            return _answer(start_response, {"live": live()})
        if path == "/health/ready":
            return _answer(start_response, ready())
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"not found\n"]

    return serve


def _answer(start_response: StartResponse, checks: dict[str, bool]) -> Iterable[bytes]:
    good = all(checks.values())
    start_response(
        "200 OK" if good else "503 Service Unavailable",
        [("Content-Type", "application/json")],
    )
    return [json.dumps({"healthy": good, "checks": checks}).encode() + b"\n"]


class Cached:
    """A check asked at most every so often, so that probes cost nothing."""

    def __init__(self, check: Callable[[], bool], seconds: float) -> None:
        self._check, self._seconds = check, seconds
        self._at, self._last = 0.0, False

    def __call__(self) -> bool:
        if time.monotonic() - self._at > self._seconds:
            self._last, self._at = self._check(), time.monotonic()
        return self._last
