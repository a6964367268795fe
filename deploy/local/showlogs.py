"""`./motcua logs`: what the processes write."""

import argparse
import sys
import time
from pathlib import Path

from deploy.local.logs import Follower, files_of, tail
from deploy.local.paths import var


def run(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="motcua logs", description=__doc__)
    parser.add_argument("service", nargs="?", help="a service (with its replicas and relay) or a process")
    parser.add_argument("-f", "--follow", action="store_true", help="go on with what is written from now on")
    parser.add_argument(
        "-n", "--lines", type=_count, default=20, help="how many of the last lines of each (20)"
    )
    asked = parser.parse_args(argv)
    directory = var() / "log"
    files = files_of(directory, asked.service)
    if not files:
        print(_nothing(directory, asked.service), file=sys.stderr)
        return 1
    width = max(len(file.stem) for file in files)
    for file in files:
        for line in tail(file, asked.lines).splitlines():
            _print(file, line, width)
    follower = Follower(files)
    while asked.follow:
        for file, line in follower.new_lines():
            _print(file, line, width)
        time.sleep(0.3)
    return 0


def _nothing(directory: Path, service: str | None) -> str:
    there = ", ".join(log.stem for log in files_of(directory, None))
    if not there:
        return f"There are no logs in {directory}"
    return f"motcua: there are no logs of {service}; there are: {there}"


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is no number of lines")
    return int(text)


def _print(file: Path, line: str, width: int) -> None:
    print(f"{file.stem:<{width}} | {line}", flush=True)
