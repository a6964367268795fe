"""`./motcua test`: all tests from nothing, or a part of them; what follows the part goes to pytest."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from deploy.local.paths import ROOT
from deploy.local.say import say
from deploy.local.servers.install import CannotInstall, install_browser, install_servers
from deploy.local.servers.unprivileged import CannotDropRoot

_NOTHING_COLLECTED = 5
_NO_SOCKETS = ("--disable-socket", "--allow-unix-socket")


@dataclass(frozen=True)
class Check:
    """One process of the test run."""

    part: str
    name: str
    command: tuple[str, ...]
    #: Why it cannot run here; None when it can.
    missing: Callable[[], str | None] = lambda: None


def _python(name: str, *arguments: str) -> Check:
    return Check("lint", name, (sys.executable, *arguments))


def _pytest(part: str, *options: str, missing: Callable[[], str | None] = lambda: None) -> Check:
    command = (sys.executable, "-m", "pytest", "-q", f"tests/{part}", *options)
    return Check(part, part, command, missing)


def engine_missing() -> str | None:
    """Why container tests cannot run, None when an engine answers."""
    if os.environ.get("TEST_WITHOUT_CONTAINERS"):
        return "TEST_WITHOUT_CONTAINERS is set"
    try:
        asked = subprocess.run(["docker", "version"], capture_output=True, timeout=15, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "no container engine is installed"
    return "no container engine answers" if asked.returncode else None


CHECKS = (
    _python("format", "-m", "ruff", "format", "--check", "--quiet"),
    _python("lint", "-m", "ruff", "check", "--quiet"),
    _python("types", "-m", "mypy"),
    _python(
        "imports",
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
        "--no-cache",
        "--no-logo",
    ),
    _pytest("unit", *_NO_SOCKETS, "-n", "2"),
    # Each half with servers of its own: most of the time goes into starting real processes.
    _pytest("integration", "-n", "2", "--dist", "loadfile"),
    _pytest("contract"),
    _pytest("journeys"),
    _pytest("browser"),
    _pytest("containers", missing=engine_missing),
)
PARTS = tuple(dict.fromkeys(check.part for check in CHECKS))
#: Parts that start servers of their own.
_WITH_SERVERS = ("integration", "journeys", "browser")


def run(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="motcua test", description=__doc__)
    parser.add_argument("part", nargs="?", choices=PARTS, help="only this part")
    asked, options = parser.parse_known_args(argv)
    checks = [check for check in CHECKS if asked.part in (None, check.part)]
    try:
        _install_for({check.part for check in checks})
    except (CannotInstall, CannotDropRoot) as problem:
        say(str(problem))
        return 1
    began = time.monotonic()
    results = [_run(check, options) for check in checks]
    say(f"\n{'─' * 60}")
    for check, (outcome, seconds) in zip(checks, results, strict=True):
        say(f"{check.name:<12} {outcome:<40} {seconds:6.1f} s")
    failed = sum(outcome == "FAILED" for outcome, _ in results)
    say(f"{'FAILED' if failed else 'Passed'} in {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


def _install_for(parts: set[str]) -> None:
    servers_are_there = os.environ.get("TEST_AMQP_URL") or os.environ.get("AMQP_URL")
    if parts.intersection(_WITH_SERVERS) and not servers_are_there:
        install_servers()
    if "browser" in parts:
        install_browser()


def _run(check: Check, options: list[str]) -> tuple[str, float]:
    why = check.missing()
    if why is not None:
        say(f"\n!!! {check.name} is SKIPPED: {why}")
        return f"SKIPPED: {why}", 0.0
    say(f"\n── {check.name}")
    began = time.monotonic()
    # Static checks take no options of pytest's.
    extra = () if check.part == "lint" else options
    code = subprocess.run([*check.command, *extra], cwd=ROOT, check=False).returncode
    if code == _NOTHING_COLLECTED and options:
        return "nothing selected", time.monotonic() - began
    return ("FAILED" if code else "passed"), time.monotonic() - began
