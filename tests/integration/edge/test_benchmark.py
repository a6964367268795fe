"""The benchmark can be run, and ends with the line that is compared over time."""

import json
import os
import subprocess
import sys

import pytest

from tests.support.processes import ROOT


@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", ["echo", "search"])
def test_a_benchmark_ends_with_one_line_of_figures(name):
    done = subprocess.run(
        [sys.executable, "-m", f"tests.bench.{name}", "--json", "--seconds", "1", "--connections", "4"],
        cwd=ROOT,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    (line,) = done.stdout.splitlines()
    figures = json.loads(line)
    assert figures.pop("bench") == name
    assert set(figures) == {
        "ops_per_s",
        "baseline_ops_per_s",
        "ratio",
        "cpu_ms_per_op",
        "baseline_cpu_ms_per_op",
        "p50_ms",
        "p95_ms",
        "p99_ms",
    }
    assert all(value > 0 for value in figures.values())
    assert figures["cpu_ms_per_op"] < figures["baseline_cpu_ms_per_op"]
