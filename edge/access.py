"""The access log: one JSON line per request, without query strings, tokens or addresses."""

import sys
import time
from datetime import UTC, datetime

import orjson
import structlog

from edge import metrics
from edge.asked import Asked


class Access:
    """Writes down how each request ended, in the log and in the metrics."""

    def __init__(self) -> None:
        # structlog's bare writer: at a line per request its processors would cost more than the request's routing.
        self._log = structlog.BytesLogger(sys.stdout.buffer)

    def note(self, asked: Asked, method: str) -> None:
        seconds = time.perf_counter() - asked.started
        metrics.http_request(asked.route, method, asked.status, seconds)
        line = {
            "timestamp": datetime.now(UTC),
            "level": "info",
            "service": "edge",
            "event": "request",
            "method": method,
            "route": asked.route,
            "status": asked.status,
            "ms": round(seconds * 1000, 1),
            "trace_id": asked.trace_id,
        }
        self._log.info(orjson.dumps(line, option=orjson.OPT_UTC_Z))
