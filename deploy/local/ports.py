"""Free TCP ports on the loopback address, which two checkouts never both take."""

import random
import socket
from collections.abc import Iterable

#: Below the range from which the kernel takes ports for outgoing connections.
_RANGE = range(20_000, 32_000)


class PortTaken(Exception):
    """The port that was asked for is used by another process."""


class Ports:
    """Ports by name; a name gets the same port again as long as nobody else uses it."""

    def __init__(self, remembered: dict[str, int]) -> None:
        self.taken = dict(remembered)
        self._claims: dict[int, socket.socket] = {}

    def claim(self, name: str, candidates: Iterable[int] | None = None) -> int:
        """The remembered port of the name when it is free, else the first free candidate."""
        remembered = [self.taken[name]] if name in self.taken else []
        anywhere = random.sample(_RANGE, 500)
        for port in [*remembered, *(candidates or anywhere)]:
            if self._try(port):
                self.taken[name] = port
                return port
        raise PortTaken(f"no free port for {name}")

    def claim_exactly(self, name: str, port: int) -> int:
        """This port, or PortTaken."""
        if not self._try(port):
            raise PortTaken(f"port {port} is used by another process, or may not be used")
        self.taken[name] = port
        return port

    def release(self, name: str) -> None:
        """Let others have the port; the name still remembers it."""
        claim = self._claims.pop(self.taken.get(name, 0), None)
        if claim is not None:
            claim.close()

    def close(self) -> None:
        """Let others have all of them."""
        for name in list(self.taken):
            self.release(name)

    def _try(self, port: int) -> bool:
        if port in self._claims or not is_free(port):
            return False
        # Between the choice and the moment the child listens, another checkout could choose the same port. An
        # abstract socket is a lock on the whole machine that the kernel drops when this process ends.
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            claim.bind(f"\0motcua-port-{port}")
        except OSError:
            claim.close()
            return False
        self._claims[port] = claim
        return True


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Connections of an earlier run that are still closing do not keep a server from listening.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that is free at this moment."""
    return next(port for port in random.sample(_RANGE, len(_RANGE)) if is_free(port))
