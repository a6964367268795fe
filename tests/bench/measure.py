"""What a benchmark measures: operations, latencies, and the CPU of every process that takes part."""

import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

import orjson
import psutil


@dataclass
class Measured:
    """Sums over the rounds of one side."""

    ops: int = 0
    failed: int = 0
    seconds: float = 0.0
    cpu_seconds: dict[str, float] = field(default_factory=dict)
    micros: list[int] = field(default_factory=list)

    @property
    def ops_per_s(self) -> float:
        return self.ops / self.seconds if self.seconds else 0.0

    @property
    def cpu_ms_per_op(self) -> float:
        return sum(self.cpu_seconds.values()) * 1000 / self.ops if self.ops else 0.0

    def percentile_ms(self, percent: float) -> float:
        ordered = sorted(self.micros)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] / 1000 if ordered else 0.0


@dataclass(frozen=True)
class Target:
    """Where to send which requests in turn, and whose CPU counts."""

    host: str
    port: int
    requests: list[bytes]
    processes: dict[str, psutil.Process]


def measure(target: Target, seconds: float, connections: int, into: Measured) -> None:
    """Load the target for a while and add what was seen."""
    before = cpu_seconds(target.processes)
    arguments = [target.host, str(target.port), str(seconds), str(connections)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.parts.load", *arguments],
        input=orjson.dumps([request.decode() for request in target.requests]),
        capture_output=True,
        timeout=seconds + 60,
        check=True,
    )
    after = cpu_seconds(target.processes)
    result = orjson.loads(done.stdout)
    into.ops += result["ops"]
    into.failed += result["failed"]
    into.seconds += result["seconds"]
    into.micros += result["micros"]
    for name, spent in after.items():
        into.cpu_seconds[name] = into.cpu_seconds.get(name, 0.0) + spent - before[name]


def cpu_seconds(processes: dict[str, psutil.Process]) -> dict[str, float]:
    return {
        name: _seconds([process, *process.children(recursive=True)]) for name, process in processes.items()
    }


def _seconds(processes: Iterable[psutil.Process]) -> float:
    spent = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            spent += times.user + times.system
    return spent
