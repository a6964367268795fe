"""uvicorn's HTTP protocol, but the head of a request may be neither too long nor too slow."""

from asyncio import TimerHandle
from dataclasses import dataclass
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from chassis.errors import ServiceError
from edge import problems
from edge.access import Access
from edge.asked import Asked
from edge.door import SECURITY_HEADERS
from edge.errors import BadRequest, HeadersTooLarge, RequestTimeout, UriTooLong

#: How long what a refused client still sends is thrown away: closing at once could destroy the answer on its way.
_LINGER_SECONDS = 2.0
_SHOWN_PATH = 200
_access = Access()


@dataclass(frozen=True, slots=True)
class HeadLimits:
    """What the head of one request may be."""

    url_bytes: int
    header_bytes: int
    header_fields: int
    seconds: float


class LimitedHeads(HttpToolsProtocol):
    """Refuses heads with a problem document before the application sees them, then closes."""

    def __init__(self, *args: Any, limits: HeadLimits, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._limits = limits
        self._in_head = False
        #: Bytes since the parser last told of a message or of a piece of a body.
        self._untold = 0
        self._timer: TimerHandle | None = None
        self._fault: ServiceError | None = None
        self._refused = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.url, self.headers = b"", []
        self._timer = self.loop.call_later(self._limits.seconds, self._overdue)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        self._untold += len(data)
        super().data_received(data)
        if self._refused:
            return
        if self._untold > self._limits.header_bytes + self._limits.url_bytes:
            self._refuse(self._too_large())
        elif self._timer is None and (self._in_head or self.cycle is None or self.cycle.response_complete):
            # Also for what belongs to no request, such as a body that goes on after its refusal.
            self._timer = self.loop.call_later(self._limits.seconds, self._overdue)

    def on_message_begin(self) -> None:
        self._in_head, self._untold = True, 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > self._limits.url_bytes:
            self._stop(UriTooLong(limit=self._limits.url_bytes))

    def on_headers_complete(self) -> None:
        size = sum([len(name) + len(value) for name, value in self.headers])
        if len(self.headers) > self._limits.header_fields or size > self._limits.header_bytes:
            self._stop(self._too_large())
        self._in_head, self._untold = False, 0
        self._stop_timer()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._untold = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._untold = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """What uvicorn does about a head it cannot parse, or one that a callback here stopped."""
        self._refuse(self._fault or BadRequest())

    def _too_large(self) -> HeadersTooLarge:
        return HeadersTooLarge(fields=self._limits.header_fields, bytes=self._limits.header_bytes)

    def _stop(self, fault: ServiceError) -> None:
        # The parser turns it into its own error, and uvicorn answers that by `send_400_response`.
        self._fault = fault
        raise ValueError(fault.code)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _overdue(self) -> None:
        self._timer = None
        if self._answering:
            # Of an earlier request, which gets its answer; after that nothing more is taken.
            self.cycle.keep_alive = False
        elif self._in_head:
            self._refuse(RequestTimeout())
        else:
            self.transport.close()

    @property
    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _refuse(self, fault: ServiceError) -> None:
        self._refused = True
        self._stop_timer()
        if self._answering:
            # An answer of ours would land in the middle of another's.
            self.transport.close()
            return
        path = self.url.partition(b"?")[0][:_SHOWN_PATH].decode("ascii", "replace")
        asked = Asked({"headers": self.headers, "path": path})
        asked.status, headers, body = problems.answer(fault, asked)
        headers += [*SECURITY_HEADERS, (b"content-security-policy", asked.policy), (b"connection", b"close")]
        lines = [b"%b: %b\r\n" % header for header in headers]
        self.transport.write(b"".join([STATUS_LINE[asked.status], *lines, b"\r\n", body]))
        _access.note(asked, "")
        self._timer = self.loop.call_later(_LINGER_SECONDS, self.transport.close)
