"""Installing what a private RabbitMQ and tests in a browser need, once, when this machine allows it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.local.paths import ROOT
from deploy.local.say import say

_SCRIPT = ROOT / "deploy" / "local" / "apt-install.sh"
#: The server itself, not Debian's wrapper, which always speaks for the system's node.
_PLACES = (
    Path("/usr/lib/rabbitmq/bin/rabbitmq-server"),
    Path("/opt/rabbitmq/sbin/rabbitmq-server"),
    Path("/usr/local/sbin/rabbitmq-server"),
    Path("/opt/homebrew/sbin/rabbitmq-server"),
)

_CHROMIUM = Path("/usr/bin/chromium")
_NAME_A_BROKER = "or name a running broker in AMQP_URL (amqp://user:password@host:5672/vhost)."


class CannotInstall(Exception):
    """Something is missing and cannot be installed from here; says what to run."""


def install_servers() -> None:
    """Everything the embedded servers need that does not come from PyPI."""
    install_rabbitmq()


def install_rabbitmq() -> Path:
    """The installed rabbitmq-server, installed now with apt when it is missing."""
    found = _rabbitmq_server()
    if found is None:
        _apt_install("rabbitmq-server")
        found = _rabbitmq_server()
    if found is None:
        raise CannotInstall("RabbitMQ was installed, but its rabbitmq-server was not found.")
    return found


def install_browser() -> None:
    """Debian's Chromium, for the tests of pages."""
    if not _CHROMIUM.exists():
        _apt_install("chromium", otherwise="")


def _rabbitmq_server() -> Path | None:
    return next((place for place in _PLACES if place.exists()), None)


def _apt_install(package: str, otherwise: str = _NAME_A_BROKER) -> None:
    by_hand = CannotInstall(
        f"{package} is not installed, and it cannot be installed from here. Run this once:\n\n"
        f"    sudo sh {_SCRIPT} {package}\n\n{otherwise}"
    )
    if shutil.which("apt-get") is None:
        raise by_hand
    say(f"Installing {package} with apt (once per machine)")
    done = subprocess.run(
        [*_as_root(by_hand), "sh", str(_SCRIPT), package], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        say(done.stdout)
        raise by_hand


def _as_root(otherwise: CannotInstall) -> list[str]:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        raise otherwise
    return ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]
