"""Processes that an earlier supervisor of this state directory left when it was killed."""

import os
from pathlib import Path
from signal import SIGINT, SIGKILL

import psutil

from deploy.local.state import MARKER


def end_orphans(instance: str, directory: Path) -> int:
    """End what carries this state directory's marker, and nothing else; how many there were."""
    orphans = find_orphans(instance, directory)
    for orphan in orphans:
        # For PostgreSQL the quick way out; the others take it as Ctrl-C.
        _signal(orphan, SIGINT)
    _, stubborn = psutil.wait_procs(orphans, timeout=8)
    for orphan in stubborn:
        _signal(orphan, SIGKILL)
    psutil.wait_procs(stubborn, timeout=5)
    return len(orphans)


def find_orphans(instance: str, directory: Path) -> list[psutil.Process]:
    """What carries this state directory's marker, besides ourselves."""
    ourselves = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    found = (process for process in psutil.process_iter() if process.pid not in ourselves)
    return [process for process in found if _is_ours(process, instance, str(directory / "postgres" / "data"))]


def command_of(process: psutil.Process) -> str:
    """A short name to know it by: `chassis serve dossier`, `postgres`."""
    try:
        words = process.cmdline()
        return " ".join(words[words.index("-m") + 1 :]) if "-m" in words else process.name()
    except psutil.Error:
        return "ended meanwhile"


def _is_ours(process: psutil.Process, instance: str, data: str) -> bool:
    try:
        if process.environ().get(MARKER) == instance:
            return True
        # A server process of PostgreSQL writes its title over its environment.
        return bool(process.name() == "postgres" and process.cwd() == data)
    except (psutil.Error, OSError):
        return False


def _signal(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
