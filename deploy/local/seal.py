"""`./motcua seal`: the keys of personal data, one service after the other, while they go on serving."""

import argparse
import os
import subprocess
import sys

from deploy.local import control
from deploy.local.passwords import SERVICES
from deploy.local.paths import ROOT, var

HELP = """\
status  the keys of each service and how many values each has sealed
rotate  make a new key, seal everything with it, remove the old one; takes up what was interrupted
rewrap  wrap the keys with a new DATA_SECRET (give the old one as SERVICE_DATA_SECRET_BEFORE)"""


def run(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="motcua seal", description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("action", choices=("status", "rotate", "rewrap"))
    which = parser.add_mutually_exclusive_group()
    which.add_argument("service", nargs="?", choices=SERVICES, metavar="SERVICE")
    which.add_argument("--all", action="store_true", help="those of every service")
    asked = parser.parse_args(argv)
    if not asked.service and not asked.all and asked.action != "status":
        parser.error("name a service, or --all")
    services = [asked.service] if asked.service else SERVICES
    return max(_run(asked.action, service) for service in services)


def _run(action: str, service: str) -> int:
    environment = control.ask(var(), "environment", service=service)["environment"]
    own = {"PYTHONPATH": str(ROOT), "METRICS_PORT": "0", **environment}
    job = [sys.executable, "-m", "chassis", "seal", action, service]
    return subprocess.run(job, env={**os.environ, **own}, check=False).returncode
