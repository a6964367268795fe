"""The short commands: one request to the supervisor, or another program with the right environment."""

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from deploy.local import control
from deploy.local.passwords import SERVICES
from deploy.local.paths import ROOT, var
from deploy.local.say import say


def restart(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="motcua restart", description="Restart a service or one process.")
    parser.add_argument("name", help="a service with all its replicas, or a process as `status` names it")
    answer = control.ask(var(), "restart", seconds=600, name=parser.parse_args(argv).name)
    say(f"Restarted: {', '.join(answer['restarted'])}")
    return 0


def scale(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="motcua scale", description="Run N replicas of a service.")
    parser.add_argument("wish", metavar="SERVICE=N")
    name, _, count = parser.parse_args(argv).wish.partition("=")
    if not count.isdecimal() or not count.isascii():
        parser.error("say it like dossier=2")
    answer = control.ask(var(), "scale", seconds=600, name=name, count=int(count))
    say(f"Running: {', '.join(answer['running'])}" if answer["running"] else f"{name} is scaled to 0")
    return 0


def demo(argv: list[str]) -> int:
    """The journeys, against the running platform or the one that --url or MOTCUA_URL names."""
    if "MOTCUA_URL" not in os.environ and not any(
        word.startswith(("--url", "-h", "--help")) for word in argv
    ):
        os.environ["MOTCUA_URL"] = control.ask(var(), "status")["edge"]["url"]
    return int(import_module("deploy.demo.__main__").run(argv))


def catalogue(argv: list[str]) -> int:
    if argv[:1] != ["import"]:
        return _usage("catalogue import FILE [--report FILE] [--json]", argv)
    if {"-h", "--help"}.intersection(argv):
        return _run([sys.executable, "-m", "services.catalogue.importer", *argv[1:]])
    return _run_for("catalogue", "services.catalogue.importer", argv[1:])


def client(argv: list[str]) -> int:
    if not argv or {"-h", "--help"}.intersection(argv):
        return _run([sys.executable, "-m", "services.identity.oidc.operating", *(argv or ["--help"])])
    return _run_for("identity", "services.identity.oidc.operating", argv)


def dead(argv: list[str]) -> int:
    # Only a service's own account reads its dead letters; without a service it is help that is wanted.
    service = argv[1] if len(argv) > 1 and argv[1] in SERVICES else "dossier"
    return _run_for(service, "chassis", ["dead", *argv])


def rebuild(argv: list[str]) -> int:
    if len(argv) != 2 or argv[0].startswith("-"):
        return _usage("rebuild SERVICE COPY", argv)
    return _run_for(argv[0], "chassis", ["rebuild", *argv])


def operator(argv: list[str]) -> int:
    if argv[:1] != ["add"]:
        return _usage("operator add USERNAME --name NAME --agency CODE", argv)
    if {"-h", "--help"}.intersection(argv):
        return _run([sys.executable, "-m", "services.identity.operators", *argv])
    return _run_for("identity", "services.identity.operators", argv)


def contract(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="motcua contract", description="Write the services' contracts.")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("service", nargs="?", choices=SERVICES)
    which.add_argument("--all", action="store_true", help="those of every service")
    parser.parse_args(argv)
    return _run([sys.executable, "-m", "chassis", "contract", *argv])


def authority(argv: list[str]) -> int:
    if argv:
        return _usage("authority", argv)
    return _run([sys.executable, "-m", "chassis", "authority"])


def bench(argv: list[str]) -> int:
    known = sorted(path.stem for path in (ROOT / "tests" / "bench").glob("*.py") if _is_benchmark(path))
    if not argv or argv[0] not in known:
        return _usage(f"bench {'|'.join(known)} [--json]", argv)
    return _run([sys.executable, "-m", f"tests.bench.{argv[0]}", *argv[1:]])


def _usage(words: str, argv: list[str]) -> int:
    """Say how the command is used: asked for that is an answer, else a mistake."""
    asked = argv[:1] in (["-h"], ["--help"])
    print(f"Usage: ./motcua {words}", file=sys.stdout if asked else sys.stderr)
    return 0 if asked else 2


def _run(command: list[str]) -> int:
    os.chdir(ROOT)
    return _become(command, {})


def _is_benchmark(path: Path) -> bool:
    return '__name__ == "__main__"' in path.read_text()


def _run_for(service: str, module: str, argv: list[str]) -> int:
    """Run a module with what a service's processes are told, from the directory the person is in."""
    environment = control.ask(var(), "environment", service=service)["environment"]
    own = {"PYTHONPATH": str(ROOT), "METRICS_PORT": "0", **environment}
    return _become([sys.executable, "-m", module, *argv], own)


def _become(command: list[str], own: dict[str, str]) -> NoReturn:
    # Not a child: Ctrl-C and the exit status are the program's own affair.
    sys.stdout.flush()
    os.execve(command[0], command, {**os.environ, **own})  # noqa: S606 - our own interpreter
