"""The table of commands; each is a function `run(argv) -> exit status` in a module of its own."""

import sys
from difflib import get_close_matches
from importlib import import_module
from typing import NamedTuple

from deploy.local.control import NotRunning, Refused


class Command(NamedTuple):
    usage: str
    help: str
    target: str


class Group(NamedTuple):
    title: str
    commands: dict[str, Command]


GROUPS = (
    Group(
        "Run the platform",
        {
            "up": Command(
                "up [-d] [--port N]", "start everything; -d in the background", "deploy.local.up:run"
            ),
            "down": Command("down [--wipe]", "stop it; --wipe removes all data too", "deploy.local.down:run"),
            "status": Command(
                "status [--json]", "every process: health, port, memory", "deploy.local.status:run"
            ),
            "logs": Command("logs [SERVICE] [-f]", "what the processes write", "deploy.local.showlogs:run"),
            "restart": Command(
                "restart NAME", "restart a service or process", "deploy.local.commands:restart"
            ),
            "scale": Command("scale SERVICE=N", "run N replicas of a service", "deploy.local.commands:scale"),
        },
    ),
    Group(
        "Work with it",
        {
            "demo": Command("demo", "play dossiers from end to end", "deploy.local.commands:demo"),
            "catalogue": Command(
                "catalogue import FILE", "import a national export", "deploy.local.commands:catalogue"
            ),
            "client": Command(
                "client add|list|rotate|…",
                "organisations people sign in to with their account",
                "deploy.local.commands:client",
            ),
            "dead": Command(
                "dead list|show|replay|drop …", "events that failed", "deploy.local.commands:dead"
            ),
            "rebuild": Command(
                "rebuild SERVICE COPY", "rebuild a local copy from its owner", "deploy.local.commands:rebuild"
            ),
            "operator": Command(
                "operator add USERNAME …", "appoint the first operators", "deploy.local.commands:operator"
            ),
            "seal": Command(
                "seal status|rotate SERVICE|--all", "keys of personal data", "deploy.local.seal:run"
            ),
            "secrets": Command(
                "secrets", "write .env with passwords for compose.yaml", "deploy.local.dotenv:run"
            ),
        },
    ),
    Group(
        "Develop it",
        {
            "test": Command("test [PART] [-k …]", "all tests, or a part of them", "deploy.local.testing:run"),
            "lock": Command(
                "lock [--upgrade]", "compile requirements/ from pyproject.toml", "deploy.local.lock:run"
            ),
            "contract": Command(
                "contract SERVICE|--all", "write the services' contracts", "deploy.local.commands:contract"
            ),
            "authority": Command(
                "authority", "write who may do what (docs/authority.md)", "deploy.local.commands:authority"
            ),
            "bench": Command("bench NAME [--json]", "measure", "deploy.local.commands:bench"),
        },
    ),
)

_COMMANDS = {name: command for group in GROUPS for name, command in group.commands.items()}


def main(argv: list[str]) -> int:
    """Run one command."""
    if not argv:
        print(usage(), file=sys.stderr)
        return 2
    if argv[0] in ("help", "-h", "--help"):
        if argv[0] != "help" or len(argv) == 1:
            print(usage())
            return 0
        argv = [argv[1], "--help"]
    command = _COMMANDS.get(argv[0])
    if command is None:
        print(_unknown(argv[0]), file=sys.stderr)
        return 2
    module, _, function = command.target.partition(":")
    try:
        return int(getattr(import_module(module), function)(argv[1:]))
    except NotRunning:
        print("The platform is not running here. Start it with: ./motcua up", file=sys.stderr)
    except Refused as refused:
        print(f"motcua: {refused}", file=sys.stderr)
    except OSError as error:
        # A place that cannot be written, a file that is not there: the person knows what to do, a traceback does not.
        print(f"motcua: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130
    return 1


def _unknown(name: str) -> str:
    close = get_close_matches(name, _COMMANDS, n=1)
    meant = f"; did you mean {close[0]}?" if close else ""
    return f"motcua: there is no command {name}{meant}\n\n{usage()}"


def usage() -> str:
    """All commands with what they are for."""
    lines = ["Một Cửa: one door to public services.", "", "Usage: ./motcua COMMAND [OPTIONS]"]
    for group in GROUPS:
        lines += ["", f"{group.title}:"]
        lines += [f"  {command.usage:<30} {command.help}" for command in group.commands.values()]
    lines += ["", "./motcua COMMAND --help tells more. State lives in var/ (or where MOTCUA_VAR says)."]
    return "\n".join(lines)
