"""Health and metrics of one worker, on a port and a thread of their own: they answer when the loop does not."""

import asyncio
import threading
import time
from collections.abc import Callable
from socketserver import ThreadingMixIn
from types import TracebackType
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from chassis.health import application
from chassis.logs import get_logger
from edge.settings import EdgeSettings

_TICK_SECONDS, _STUCK_SECONDS = 0.5, 5.0

log = get_logger(__name__)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Probes are not worth a line."""


class Monitor:
    """Serves /health/live, /health/ready and /metrics as long as it is entered."""

    def __init__(self, settings: EdgeSettings, ready: Callable[[], dict[str, bool]]) -> None:
        self._settings, self._ready = settings, ready
        self._server: WSGIServer | None = None
        self._ticked = time.monotonic()

    def __enter__(self) -> None:
        if self._settings.metrics_port:
            self._server = self._bind()
            threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._tick()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def _bind(self) -> WSGIServer:
        """Each worker takes the first port that no other has."""
        app = application(lambda: time.monotonic() - self._ticked < _STUCK_SECONDS, self._ready)
        host, first = self._settings.metrics_host, self._settings.metrics_port
        for port in range(first, first + self._settings.edge_workers):
            try:
                return make_server(host, port, app, server_class=_Server, handler_class=_Quiet)
            except OSError:
                continue
        raise OSError(f"no free port for metrics from {first} on")

    def _tick(self) -> None:
        self._ticked = time.monotonic()
        self._timer = asyncio.get_running_loop().call_later(_TICK_SECONDS, self._tick)
