"""`./motcua up`: start the platform and keep it running, in front or in the background."""

import argparse
import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

from deploy.local import control, summary
from deploy.local.control import NotRunning
from deploy.local.operate import Operator
from deploy.local.paths import ROOT, var
from deploy.local.say import say
from deploy.local.startup import Startup
from deploy.local.state import AlreadyRunning
from deploy.local.supervisor import Supervisor


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"{text} is no port: a number up to 65535")
    return int(text)


def run(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="motcua up", description=__doc__)
    parser.add_argument(
        "-d", "--detach", action="store_true", help="go to the background once everything runs"
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=os.environ.get("EDGE_PORT") or None,
        help="the edge's port (default: EDGE_PORT, or 8080, or the next free one)",
    )
    asked = parser.parse_args(argv)
    directory = var()
    try:
        status = control.ask(directory, "status", seconds=5)
    except NotRunning:
        return _in_background(directory, asked.port) if asked.detach else _in_front(directory, asked.port)
    if status["phase"] != "running":
        say(
            f"The platform is {status['phase']} at this moment; try again when ./motcua status says otherwise."
        )
        return 1
    say("The platform is already running.")
    summary.show(status)
    return 0


def _in_front(directory: Path, port: int | None) -> int:
    directory.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    supervisor = Supervisor(directory, say)

    def running() -> None:
        say(f"\nMột Cửa runs ({time.monotonic() - began:.1f} s)")
        summary.show(supervisor.status())

    say(f"Một Cửa starts; its state is in {directory}")
    try:
        return asyncio.run(supervisor.run(Startup(port), Operator(supervisor).handle, running))
    except AlreadyRunning:
        say("Another supervisor holds this state directory and does not answer.")
        return 1


def _in_background(directory: Path, port: int | None) -> int:
    (directory / "log").mkdir(parents=True, exist_ok=True)
    log = directory / "log" / "supervisor.log"
    began = time.monotonic()
    options = [] if port is None else ["--port", str(port)]
    with log.open("wb") as output:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "deploy.local", "up", *options],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        if not _follow(log, supervisor, directory):
            return 1
    except KeyboardInterrupt:
        say("Stopping")
        supervisor.terminate()
        supervisor.wait()
        return 130
    say(f"It runs in the background ({time.monotonic() - began:.1f} s). Stop it with: ./motcua down")
    return 0


def _follow(log: Path, supervisor: subprocess.Popen[bytes], directory: Path) -> bool:
    """Say what the supervisor says until the platform runs (True) or it gave up (False)."""
    with log.open(encoding="utf-8", errors="replace") as lines:
        while True:
            ended = supervisor.poll() is not None
            running = not ended and _runs(directory)
            if said := lines.read():
                say(said.rstrip("\n"))
            if ended or running:
                return running
            time.sleep(0.1)


def _runs(directory: Path) -> bool:
    try:
        return bool(control.ask(directory, "status", seconds=5)["phase"] == "running")
    except NotRunning:
        return False
