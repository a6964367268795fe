"""The access log: one JSON line per request, without query strings, tokens or addresses."""

import sys
import time
from typing import Any

import orjson
import structlog

from edge import metrics
from edge.asked import Asked


def _logger() -> Any:
    return structlog.wrap_logger(
        structlog.BytesLogger(sys.stdout.buffer),
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        context_class=dict,
        service="edge",
        level="info",
    )


class Access:
    """Writes down how each request ended, in the log and in the metrics."""

    def __init__(self) -> None:
        self._log = _logger()

    def note(self, asked: Asked, method: str) -> None:
        seconds = time.perf_counter() - asked.started
        metrics.http_request(asked.route, method, asked.status, seconds)
        self._log.info(
            "request",
            method=method,
            route=asked.route,
            status=asked.status,
            ms=round(seconds * 1000, 1),
            trace_id=asked.trace_id,
        )
