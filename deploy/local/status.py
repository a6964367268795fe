"""`./motcua status`: every process with its health, port and memory; exit status 0 when all are healthy."""

import argparse
import json
from collections import defaultdict
from typing import Any

import psutil
from rich.table import Table

from deploy.local import control
from deploy.local.control import NotRunning
from deploy.local.paths import var
from deploy.local.say import say, show_table


def run(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="motcua status", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    asked = parser.parse_args(argv)
    status = measured()
    if asked.json:
        print(json.dumps(status, ensure_ascii=False))
    else:
        _show(status)
    return 0 if healthy(status) else 1


def measured() -> dict[str, Any]:
    """The supervisor's status with the memory of each process and of everything."""
    try:
        status = control.ask(var(), "status", seconds=10)
    except NotRunning:
        return {
            "phase": "stopped",
            "edge": {"url": None},
            "sandbox": {"url": None},
            "processes": [],
            "memory_bytes": 0,
        }
    children = _children_by_parent()
    supervisor = _memory(status["supervisor"], {})
    for process in status["processes"]:
        process["rss_bytes"], process["pss_bytes"] = _memory(process["pid"], children)
    status["memory_bytes"] = supervisor[1] + sum(process["pss_bytes"] for process in status["processes"])
    return status


def healthy(status: dict[str, Any]) -> bool:
    """Whether everything runs and every process is ready."""
    return status["phase"] == "running" and all(p["health"] == "ready" for p in status["processes"])


def _children_by_parent() -> dict[int, list[int]]:
    children = defaultdict(list)
    for process in psutil.process_iter(["ppid"]):
        children[process.info["ppid"]].append(process.pid)
    return children


def _memory(pid: int | None, children: dict[int, list[int]]) -> tuple[int, int]:
    """Resident and proportional bytes of a process and all it started."""
    if pid is None:
        return 0, 0
    started = [_memory(child, children) for child in children.get(pid, ())]
    try:
        own = psutil.Process(pid).memory_full_info()
    except psutil.Error:
        return 0, 0
    return own.rss + sum(rss for rss, _ in started), own.pss + sum(pss for _, pss in started)


def _show(status: dict[str, Any]) -> None:
    if not status["processes"]:
        say(f"The platform is {status['phase']}.")
        return
    table = Table("process", "kind", "health", box=None, padding=(0, 2, 0, 0))
    for title in ("pid", "port", "memory", "restarts"):
        table.add_column(title, justify="right")
    for process in status["processes"]:
        numbers = (
            process["pid"] or "-",
            process["port"],
            _megabytes(process["pss_bytes"]),
            process["restarts"],
        )
        table.add_row(process["name"], process["kind"], process["health"], *map(str, numbers))
    show_table(table)
    say(f"\n{status['edge']['url']}   {status['phase']}, {_megabytes(status['memory_bytes'])} in all")


def _megabytes(count: int) -> str:
    return f"{count / 1024 / 1024:.1f} MiB"
