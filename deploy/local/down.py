"""`./motcua down`: stop the platform; with --wipe remove its data too."""

import argparse
import shutil
import sys
import time
from pathlib import Path

from deploy.local import control
from deploy.local.control import NotRunning
from deploy.local.orphans import end_orphans
from deploy.local.paths import var
from deploy.local.say import say
from deploy.local.state import AlreadyRunning, State

#: Longer than every drain limit of the stop order together.
_SECONDS = 120.0
#: All that this program ever makes in a state directory; anything else there is somebody else's.
_OURS = (
    *("postgres", "rabbitmq", "objects", "sandbox", "log"),
    *("secrets", "state.json", "supervisor.lock", "supervisor.sock"),
)


def run(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="motcua down", description=__doc__)
    parser.add_argument(
        "--wipe", action="store_true", help="remove all data: databases, queues, files, secrets"
    )
    asked = parser.parse_args(argv)
    directory = var()
    state = State(directory)
    if not any((directory / name).exists() for name in _OURS):
        say("Nothing was ever started here.")
        return 0
    running = _ask_to_stop(directory)
    if running:
        say("Stopping")
    if not _wait_until_gone(state):
        print(f"The platform did not stop within {_SECONDS:.0f} s; see ./motcua status", file=sys.stderr)
        return 1
    left = end_orphans(state.instance, directory)
    if left:
        say(f"Ended {left} processes that an earlier run had left")
    say("Everything is stopped" if running or left else "It was not running")
    if asked.wipe:
        _wipe(directory)
        say(f"Removed all data in {directory}")
    return 0


def _ask_to_stop(directory: Path) -> bool:
    try:
        control.ask(directory, "down")
    except NotRunning:
        return False
    return True


def _wait_until_gone(state: State) -> bool:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        try:
            with state.locked():
                return True
        except AlreadyRunning:
            time.sleep(0.1)
    return False


def _wipe(directory: Path) -> None:
    for path in map(directory.joinpath, _OURS):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    if not any(directory.iterdir()):
        directory.rmdir()
