"""The logs of the processes: one file each under the state directory, kept small."""

import shutil
from collections import deque
from collections.abc import Iterator
from pathlib import Path

_LARGEST = 10 * 1024 * 1024


def rotate(directory: Path, largest: int = _LARGEST) -> None:
    """Move what a large log holds aside; the process keeps writing to the same file."""
    for log in directory.glob("*.log"):
        if log.stat().st_size > largest:
            shutil.copyfile(log, log.with_suffix(".log.1"))
            # Opened for appending by its writer, so the next line goes to the start.
            with log.open("r+b") as file:
                file.truncate(0)


def files_of(directory: Path, service: str | None) -> list[Path]:
    """The logs of a service, its replicas and its relay; of everything without a service."""
    logs = sorted(directory.glob("*.log"))
    if service is None:
        return [log for log in logs if not log.stem.startswith(("migrate-", "seed-"))]
    exact = [log for log in logs if log.stem == service]
    family = [log for log in logs if log.stem.startswith(f"{service}-")]
    return exact + family


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log."""
    if not log.exists():
        return ""
    with log.open(errors="replace") as file:
        return "\n".join(line.rstrip("\n") for line in deque(file, maxlen=lines))


class Follower:
    """Gives the lines that are written to the logs from now on."""

    def __init__(self, logs: list[Path]) -> None:
        self._places = {log: log.stat().st_size for log in logs}

    def new_lines(self) -> Iterator[tuple[Path, str]]:
        """Whole lines since the last time."""
        for log, place in self._places.items():
            # Smaller than before: it was rotated meanwhile.
            start = place if log.stat().st_size >= place else 0
            with log.open("rb") as file:
                file.seek(start)
                complete, newline, _ = file.read().rpartition(b"\n")
            self._places[log] = start + len(complete) + len(newline)
            for line in complete.decode(errors="replace").split("\n") if newline else ():
                yield log, line
