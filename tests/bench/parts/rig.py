"""The processes of a benchmark: one broker, real services and edges, ended together."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from tests.bench.measure import Target
from tests.support.servers import Broker, rabbitmq

HOST = "127.0.0.1"


class Rig:
    """Starts what is measured; what it started ends with it."""

    def __init__(self) -> None:
        self.stack = ExitStack()
        directory = self.stack.enter_context(tempfile.TemporaryDirectory(prefix="motcua-bench-"))
        self.directory = Path(directory)
        self.broker: Broker = self.stack.enter_context(rabbitmq())
        self._servers = {"broker": self.server("beam.smp")}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stack.__exit__(kind, error, trace)

    def server(self, program: str) -> psutil.Process | None:
        """A server this process started; None when it runs elsewhere."""
        ours = [child for child in psutil.Process().children(recursive=True) if _runs(child, program)]
        if not ours:
            print(f"{program} runs elsewhere: its CPU is not counted, on either side", file=sys.stderr)
        return ours[0] if ours else None

    def count(self, name: str, process: psutil.Process | None) -> None:
        """Let another server's CPU count on both sides."""
        self._servers[name] = process

    def start(self, name: str, module: str, *arguments: str, **extra: str) -> psutil.Process:
        environment = {**os.environ, "AMQP_URL": self.broker.url, "PYTHONWARNINGS": "ignore", **extra}
        log = self.stack.enter_context((self.directory / f"{name}.log").open("ab"))
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], env=environment, stdout=log, stderr=log
        )
        self.stack.callback(_end, process)
        return psutil.Process(process.pid)

    def target(self, port: int, requests: list[bytes], processes: dict[str, psutil.Process]) -> Target:
        known = {name: process for name, process in self._servers.items() if process}
        return Target(HOST, port, requests, processes | known)

    def wait_until_answered(self, request: urllib.request.Request) -> bytes:
        """The first good answer."""
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(request, timeout=6) as answer:
                    body: bytes = answer.read()
                    return body
            except OSError:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"nothing answers at {request.full_url}:\n{self._told()}") from None
                time.sleep(0.2)

    def _told(self) -> str:
        return "\n".join(
            f"{log.name}: {log.read_text()[-800:]}" for log in sorted(self.directory.glob("*.log"))
        )


def _runs(process: psutil.Process, program: str) -> bool:
    try:
        return bool(process.name() == program)
    except psutil.NoSuchProcess:
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
