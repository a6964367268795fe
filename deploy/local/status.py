"""`./motcua status`: every process with its health, port and memory; exit status 0 when all are healthy."""

import argparse
import json
from collections import defaultdict
from typing import Any

import psutil
from rich.table import Table

from deploy.local import control
from deploy.local.control import NotRunning
from deploy.local.orphans import command_of, find_orphans
from deploy.local.paths import var
from deploy.local.process import SCALED_TO_ZERO
from deploy.local.say import say, show_table
from deploy.local.state import State

#: A service that the operator wants no replica of is as it should be.
_WELL = ("ready", SCALED_TO_ZERO)


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
        return _without_supervisor(State(var()))
    children = _children_by_parent()
    supervisor = _memory(status["supervisor"], {})
    for process in status["processes"]:
        process["rss_bytes"], process["pss_bytes"] = _memory(process["pid"], children)
    status["memory_bytes"] = supervisor[1] + sum(process["pss_bytes"] for process in status["processes"])
    return status


def healthy(status: dict[str, Any]) -> bool:
    """Whether everything runs and every process is ready that the operator wants to run."""
    return status["phase"] == "running" and all(p["health"] in _WELL for p in status["processes"])


def _without_supervisor(state: State) -> dict[str, Any]:
    left = find_orphans(state.instance, state.directory) if state.exists else []
    processes = [_orphaned(orphan) for orphan in left]
    return {
        "phase": "abandoned" if left else "stopped",
        "edge": {"url": None},
        "sandbox": {"url": None},
        "processes": processes,
        "memory_bytes": sum(process["pss_bytes"] for process in processes),
    }


def _orphaned(orphan: psutil.Process) -> dict[str, Any]:
    rss, pss = _memory(orphan.pid, {})
    return {
        "name": command_of(orphan),
        "kind": "orphan",
        "pid": orphan.pid,
        "port": None,
        "health": "unsupervised",
        "restarts": 0,
        "rss_bytes": rss,
        "pss_bytes": pss,
    }


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
    if status["phase"] == "abandoned":
        say(f"The supervisor is gone, but {len(status['processes'])} of its processes still run:\n")
    elif not status["processes"]:
        say(f"The platform is {status['phase']}.")
        return
    table = Table("process", "kind", "health", box=None, padding=(0, 2, 0, 0))
    for title in ("pid", "port", "memory", "restarts"):
        table.add_column(title, justify="right")
    for process in status["processes"]:
        numbers = (
            process["pid"] or "-",
            process["port"] or "-",
            _megabytes(process["pss_bytes"]),
            process["restarts"],
        )
        table.add_row(process["name"], process["kind"], process["health"], *map(str, numbers))
    show_table(table)
    say(f"\n{_conclusion(status)}")


def _conclusion(status: dict[str, Any]) -> str:
    if status["phase"] == "abandoned":
        return "Start anew with ./motcua up, which ends them first; or only end them with ./motcua down"
    address = status["edge"]["url"] or "No address yet"
    return f"{address}   {status['phase']}, {_megabytes(status['memory_bytes'])} in all"


def _megabytes(count: int) -> str:
    return f"{count / 1024 / 1024:.1f} MiB"
