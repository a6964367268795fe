"""One benchmark from its options to its line of figures."""

import argparse
import json
import sys

from tests.bench.measure import Measured, Target, measure

ROUNDS = 4
WARM_UP_SECONDS = 1.0


def parser(name: str, description: str | None, *, connections: int) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog=f"./motcua bench {name}", description=description)
    made.add_argument("--json", action="store_true", help="only the last line, for programs")
    made.add_argument("--seconds", type=float, default=10.0, help="how long each side is loaded")
    made.add_argument("--connections", type=int, default=connections)
    return made


def run(name: str, sides: tuple[Target, Target], options: argparse.Namespace) -> int:
    """Load both sides, print what was seen; 1 when an answer was an error."""
    ours, stock = sides
    mine, baseline = compare(ours, stock, options.seconds, options.connections)
    if mine.failed or baseline.failed or not mine.ops or not baseline.ops:
        print(f"failed answers: {mine.failed} of ours, {baseline.failed} of stock Nameko", file=sys.stderr)
        return 1
    if not options.json:
        _tell("Một Cửa", mine)
        _tell("stock Nameko", baseline)
    print(json.dumps(summary(name, mine, baseline)))
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


def summary(name: str, mine: Measured, baseline: Measured) -> dict[str, object]:
    return {
        "bench": name,
        "ops_per_s": round(mine.ops_per_s, 1),
        "baseline_ops_per_s": round(baseline.ops_per_s, 1),
        "ratio": round(mine.ops_per_s / baseline.ops_per_s, 2),
        "cpu_ms_per_op": round(mine.cpu_ms_per_op, 3),
        "baseline_cpu_ms_per_op": round(baseline.cpu_ms_per_op, 3),
        "p50_ms": round(mine.percentile_ms(50), 2),
        "p95_ms": round(mine.percentile_ms(95), 2),
        "p99_ms": round(mine.percentile_ms(99), 2),
    }


def _tell(name: str, measured: Measured) -> None:
    shares = ", ".join(
        f"{part} {seconds * 1000 / measured.ops:.3f}" for part, seconds in measured.cpu_seconds.items()
    )
    print(
        f"{name:>14}: {measured.ops_per_s:8.1f}/s   p95 {measured.percentile_ms(95):6.2f} ms   CPU ms/op: {shares}"
    )
