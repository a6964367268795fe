"""HTTP -> edge -> RPC -> service -> back, doing nothing, beside stock Nameko in the same run.

`./motcua bench echo [--json] [--seconds 10] [--connections 32]`
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from chassis.settings import Settings
from chassis.topology import declare
from deploy.local.ports import free_port
from tests.bench.measure import Measured, Target, measure
from tests.support.servers import postgres, rabbitmq

HOST = "127.0.0.1"
ROUNDS = 4
WARM_UP_SECONDS = 1.0
BODY = json.dumps({"text": "xin chào"}).encode()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./motcua bench echo", description=__doc__)
    parser.add_argument("--json", action="store_true", help="only the last line, for programs")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each side is loaded")
    parser.add_argument("--connections", type=int, default=32)
    options = parser.parse_args(arguments)
    with platforms() as (ours, stock):
        mine, baseline = compare(ours, stock, options.seconds, options.connections)
    if mine.failed or baseline.failed or not mine.ops or not baseline.ops:
        print(f"failed answers: {mine.failed} of ours, {baseline.failed} of stock Nameko", file=sys.stderr)
        return 1
    if not options.json:
        _tell("Một Cửa", mine)
        _tell("stock Nameko", baseline)
    print(json.dumps(summary(mine, baseline)))
    return 0


def compare(ours: Target, stock: Target, seconds: float, connections: int) -> tuple[Measured, Measured]:
    """Load both in turns, so that a busy moment of the machine hits both alike."""
    mine, baseline = Measured(), Measured()
    for target in (ours, stock):
        measure(target, WARM_UP_SECONDS, connections, Measured())
    for _ in range(ROUNDS):
        measure(ours, seconds / ROUNDS, connections, mine)
        measure(stock, seconds / ROUNDS, connections, baseline)
    return mine, baseline


def summary(mine: Measured, baseline: Measured) -> dict[str, object]:
    return {
        "bench": "echo",
        "ops_per_s": round(mine.ops_per_s, 1),
        "baseline_ops_per_s": round(baseline.ops_per_s, 1),
        "ratio": round(mine.ops_per_s / baseline.ops_per_s, 2),
        "cpu_ms_per_op": round(mine.cpu_ms_per_op, 3),
        "baseline_cpu_ms_per_op": round(baseline.cpu_ms_per_op, 3),
        "p50_ms": round(mine.percentile_ms(50), 2),
        "p95_ms": round(mine.percentile_ms(95), 2),
        "p99_ms": round(mine.percentile_ms(99), 2),
    }


@contextmanager
def platforms() -> Iterator[tuple[Target, Target]]:
    """Both sides running, on one broker: our edge and service, stock gateway and service."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="motcua-bench-")))
        broker = stack.enter_context(rabbitmq())
        database_url = stack.enter_context(postgres())
        settings = Settings(broker.url, database_url, "only-for-benchmarks")
        declare(broker.url, "echo", [], settings.delays_ms)
        nodes = [
            process for process in psutil.Process().children(recursive=True) if process.name() == "beam.smp"
        ]
        brokers = {"broker": nodes[0]} if nodes else {}
        if not brokers:
            print("the broker runs elsewhere: its CPU is not counted, on either side", file=sys.stderr)
        edge_port, stock_port = free_port(), free_port()

        def start(name: str, module: str, *arguments: str, **extra: str) -> psutil.Process:
            environment = {**os.environ, "AMQP_URL": broker.url, "PYTHONWARNINGS": "ignore", **extra}
            log = stack.enter_context((directory / f"{name}.log").open("ab"))
            process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments], env=environment, stdout=log, stderr=log
            )
            stack.callback(_end, process)
            return psutil.Process(process.pid)

        service = start(
            "echo",
            "tests.bench.parts.echo_service",
            DATABASE_URL=database_url,
            SERVICE_SECRET=settings.service_secret,
            METRICS_PORT=str(free_port()),
        )
        edge = start(
            "edge",
            "tests.bench.parts.echo_edge",
            EDGE_PORT=str(edge_port),
            METRICS_PORT=str(free_port()),
            RATE_LIMIT="100000000/minute",
        )
        stock_echo = start("stock-echo", "tests.bench.parts.stock_nameko", "echo")
        gateway = start(
            "stock-gateway", "tests.bench.parts.stock_nameko", "gateway", WEB_ADDRESS=f"{HOST}:{stock_port}"
        )
        ours = _target(edge_port, "/v1/echo", {"edge": edge, "service": service} | brokers)
        stock = _target(stock_port, "/echo", {"gateway": gateway, "service": stock_echo} | brokers)
        for target, path in ((ours, "/v1/echo"), (stock, "/echo")):
            _wait_for_echo(target.port, path, directory)
        yield ours, stock


def _target(port: int, path: str, processes: dict[str, psutil.Process]) -> Target:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nContent-Type: application/json\r\n"
        f"Accept: */*\r\nContent-Length: {len(BODY)}\r\n\r\n"
    )
    return Target(HOST, port, head.encode() + BODY, processes)


def _wait_for_echo(port: int, path: str, logs: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        request = urllib.request.Request(
            f"http://{HOST}:{port}{path}", BODY, {"Content-Type": "application/json"}, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=6) as answer:
                assert json.loads(answer.read()) == json.loads(BODY)
                return
        except OSError:
            if time.monotonic() > deadline:
                told = "\n".join(
                    f"{log.name}: {log.read_text()[-800:]}" for log in sorted(logs.glob("*.log"))
                )
                raise RuntimeError(f"nothing echoes at {path}:\n{told}") from None
            time.sleep(0.2)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tell(name: str, measured: Measured) -> None:
    shares = ", ".join(
        f"{part} {seconds * 1000 / measured.ops:.3f}" for part, seconds in measured.cpu_seconds.items()
    )
    print(
        f"{name:>14}: {measured.ops_per_s:8.1f}/s   p95 {measured.percentile_ms(95):6.2f} ms   CPU ms/op: {shares}"
    )


if __name__ == "__main__":
    sys.exit(main())
