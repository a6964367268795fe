"""A TCP proxy that a test can cut, for losing one connection and not its server."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Self


class TcpProxy:
    """`with TcpProxy("127.0.0.1", 5672) as proxy: … proxy.port … proxy.cut()`."""

    #: Whether what a client sends goes on to the server.
    passes: Callable[[bytes], bool] = staticmethod(lambda _data: True)
    #: How long what the server sends stays on the way.
    slow_seconds = 0.0

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._server = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        return int(self._server.getsockname()[1])

    def cut(self) -> None:
        """End every connection; new ones are welcome."""
        with self._lock:
            for end in self._open:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = socket.create_connection(self._target)
                with self._lock:
                    self._open |= {near, far}
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(
                        target=self._carry, args=(source, sink, source is near), daemon=True
                    ).start()

    @property
    def connections(self) -> int:
        """How many are open, on either end."""
        with self._lock:
            return len(self._open)

    def _carry(self, source: socket.socket, sink: socket.socket, upwards: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if not upwards:
                    time.sleep(self.slow_seconds)
                elif not self.passes(data):
                    continue
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)
        source.close()
        with self._lock:
            self._open.discard(source)

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.cut()
