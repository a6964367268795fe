"""What keeps a slow or dead provider from costing those who do not use it: few at a time, none while it is down."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil
from typing import Any

from services.identity.errors import UpstreamBusy, UpstreamUnavailable

#: Of a process's ten workers; the others are for everybody else.
AT_ONCE = 4
#: After so many failures in a row nobody waits for the provider ...
FAILURES = 5
#: ... until this many seconds later, when one tries again, and again after as many.
PAUSE_SECONDS = 10.0
_SOON_SECONDS = 1


class Circuit:
    """Whether to try at all: closed while all is well, open after failures in a row, then one try at a time."""

    def __init__(self, failures: int = FAILURES, pause: float = PAUSE_SECONDS) -> None:
        self._limit, self._pause = failures, pause
        self._failures, self._next_try = 0, 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next try, 0 for now; whoever is told 0 tries, and others wait for how it goes."""
        if self._failures < self._limit:
            return 0.0
        if now < self._next_try:
            return self._next_try - now
        self._next_try = now + self._pause
        return 0.0

    def failed(self, now: float) -> None:
        self._failures += 1
        self._next_try = now + self._pause

    def succeeded(self) -> None:
        self._failures = 0


class Guard:
    """Lets at most `at_once` in at a time, and none while the circuit is open; nobody ever waits for a place."""

    def __init__(
        self,
        at_once: int = AT_ONCE,
        circuit: Circuit | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._places = threading.BoundedSemaphore(at_once)
        self._circuit = circuit or Circuit()
        self._clock = clock

    @contextmanager
    def entered(self) -> Iterator[Any]:
        """Raises UpstreamBusy or UpstreamUnavailable at once."""
        if not self._places.acquire(blocking=False):
            raise UpstreamBusy(retry_after=_SOON_SECONDS)
        try:
            wait = self._circuit.wait(self._clock())
            if wait > 0:
                raise UpstreamUnavailable(retry_after=ceil(wait))
            yield from self._watched()
        finally:
            self._places.release()

    def _watched(self) -> Iterator[None]:
        try:
            yield
        except UpstreamUnavailable:
            self._circuit.failed(self._clock())
            raise
        except Exception:
            # Wrong or unwelcome, but an answer.
            self._circuit.succeeded()
            raise
        self._circuit.succeeded()
