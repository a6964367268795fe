"""py-amqp's transport with fewer system calls: it reads what there is, and sends what one turn of the hub wrote."""

from typing import Any

import eventlet
from eventlet.event import Event

_READ_BYTES = 16 * 1024


def lean(transport: Any) -> None:
    """Change an open connection's transport; call it once per connection."""
    read = transport._quick_recv
    # py-amqp asks for a frame's head and body apart and keeps what it gets too much.
    transport._quick_recv = lambda wanted: read(max(wanted, _READ_BYTES))
    writer = transport._write = _Writer(transport._write)
    close = transport.close

    def close_all() -> None:
        close()
        writer.end()

    transport.close = close_all


class _Writer:
    """Stands in for `sendall`; one green thread sends, so that answers and acks of a turn leave together."""

    def __init__(self, send_all: Any) -> None:
        self._send_all = send_all
        self._waiting: list[bytes] = []
        self._wake = Event()
        self._failure: OSError | None = None
        eventlet.spawn_n(self._run)

    def __call__(self, data: Any) -> None:
        if self._failure is not None:
            raise self._failure
        # py-amqp uses its buffer again for the next frame.
        self._waiting.append(bytes(data))
        if not self._wake.ready():
            self._wake.send(None)

    def end(self) -> None:
        """The green thread goes with its connection."""
        self._failure = self._failure or OSError("the connection is closed")
        if not self._wake.ready():
            self._wake.send(None)

    def _run(self) -> None:
        while True:
            self._wake.wait()
            if self._failure is not None:
                return
            self._wake.reset()
            waiting, self._waiting = self._waiting, []
            try:
                self._send_all(b"".join(waiting))
            except OSError as error:
                self._failure = error
