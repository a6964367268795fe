"""What the supervisor has to know about a process to start, watch and stop it."""

import signal
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

#: The health of a service that runs no replica because the operator wants none.
SCALED_TO_ZERO = "scaled to 0"

Kind = Literal["server", "service", "relay", "edge", "sandbox"]


@dataclass(frozen=True)
class Process:
    """One process of the platform."""

    name: str
    kind: Kind
    command: list[str]
    port: int
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    #: How long it may take to finish what it is doing before it is killed.
    drain_seconds: float = 25.0
    #: Runs before every start, also before a restart.
    prepare: Callable[[], None] = lambda: None


def http_ready(port: int) -> bool:
    """Whether the process's own readiness check answers yes."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=3) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError, ValueError):
        return False
