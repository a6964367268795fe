"""Real processes of the platform, started and ended by a test."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Running:
    """A process with a health address, its log kept for when a test fails."""

    arguments: list[str]
    environment: dict[str, str]
    log: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self, seconds: float = 30.0) -> "Running":
        self.spawn()
        deadline = time.monotonic() + seconds
        while not self.ready():
            if self.stopped or time.monotonic() > deadline:
                raise AssertionError(f"{self.arguments} is not ready:\n{self.tail()}")
            time.sleep(0.05)
        return self

    def spawn(self) -> None:
        """Start it without waiting until it is ready."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.arguments],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
            )

    @property
    def stopped(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def ready(self) -> bool:
        return self._get("/health/ready") is not None

    def metrics(self) -> str:
        return self._get("/metrics") or ""

    def _get(self, path: str) -> str | None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return str(answer.read().decode())
        except (OSError, urllib.error.URLError):
            return None

    def stop(self, number: int = signal.SIGTERM, seconds: float = 25.0) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(seconds)

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def tail(self, characters: int = 4000) -> str:
        return self.log.read_text(errors="replace")[-characters:] if self.log.exists() else ""

    def log_lines(self) -> list[dict[str, Any]]:
        lines = self.log.read_text(errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]
