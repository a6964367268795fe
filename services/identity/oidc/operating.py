"""`python -m services.identity.oidc.operating add|list|show|rotate|disable`: the clients, for operators."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from chassis.database import Sessions, create_service_engine
from chassis.errors import ServiceError
from chassis.settings import BadSettings, Settings
from chassis.work import Work
from services.identity.oidc import registering
from services.identity.oidc.clients import AUTH_METHODS
from services.identity.oidc.registering import KINDS, CannotRegister, Registration
from services.identity.oidc.tables import Client
from services.identity.usecases.keys import PROVIDER_ALGORITHMS

_KEEP_HOURS = 24
_COLUMNS = ("id", "kind", "auth_method", "name")


def main(argv: Sequence[str]) -> int:
    arguments = parser().parse_args(argv)
    try:
        settings = Settings.from_environment()
        engine = create_service_engine(settings, pool_size=1)
        with Sessions(engine).work() as work:
            # The secret is printed only when it counts: after the commit.
            said = _COMMANDS[arguments.command](arguments, work)
        engine.dispose()
    except (CannotRegister, BadSettings, ServiceError, OSError) as problem:
        sys.stderr.write(f"motcua client: {problem}\n")
        return 1
    sys.stdout.write(said + "\n")
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="motcua client", description="The organisations that people sign in to with their account here."
    )
    commands = made.add_subparsers(dest="command", required=True)
    _describe_add(commands.add_parser("add", help="register a client; its secret is shown once"))
    listing = commands.add_parser("list", help="all clients")
    listing.add_argument("--json", action="store_true")
    commands.add_parser("show", help="what is registered of one").add_argument("id")
    rotating = commands.add_parser("rotate", help="a new secret; the old one counts a while longer")
    rotating.add_argument("id")
    rotating.add_argument("--keep-hours", type=float, default=_KEEP_HOURS, metavar="N")
    commands.add_parser("disable", help="stop a client and end all its tokens").add_argument("id")
    return made


def _describe_add(add: argparse.ArgumentParser) -> None:
    add.add_argument("id", help="small letters, digits, dots, dashes")
    add.add_argument("--name", required=True, help="as citizens read it, in Vietnamese")
    add.add_argument("--name-en", required=True, help="the same in English")
    add.add_argument("--kind", required=True, choices=KINDS)
    add.add_argument("--auth", default="client_secret_basic", choices=AUTH_METHODS)
    add.add_argument(
        "--redirect", required=True, action="append", metavar="URI", help="exact; may be repeated"
    )
    add.add_argument("--scope", action="append", default=[], metavar="NAME", help="besides openid")
    add.add_argument("--post-logout", action="append", default=[], metavar="URI")
    add.add_argument("--backchannel-logout", metavar="URI")
    add.add_argument("--pairwise", action="store_true", help="subjects of its sector's own")
    add.add_argument("--sector", metavar="HOST", help="when redirect addresses lie on several hosts")
    add.add_argument("--id-token", default="RS256", choices=PROVIDER_ALGORITHMS)
    add.add_argument("--jwks", type=Path, metavar="FILE", help="public keys, for private_key_jwt")
    add.add_argument("--par-only", action="store_true", help="take pushed authorization requests alone")
    add.add_argument("--native", action="store_true", help="an application on a person's device")
    add.add_argument("--officials", action="store_true", help="officials may sign in to it")


def _add(arguments: Any, work: Work) -> str:
    secret = registering.add(
        Registration(
            id=arguments.id,
            name=arguments.name,
            name_en=arguments.name_en,
            kind=arguments.kind,
            auth_method=arguments.auth,
            redirect_uris=arguments.redirect,
            scopes=arguments.scope,
            post_logout_redirect_uris=arguments.post_logout,
            backchannel_logout_uri=arguments.backchannel_logout,
            pairwise=arguments.pairwise,
            sector=arguments.sector,
            id_token_alg=arguments.id_token,
            jwks=_jwks(arguments.jwks),
            par_only=arguments.par_only,
            native=arguments.native,
            officials=arguments.officials,
        ),
        work,
    )
    return f"Client {arguments.id} is registered." + _secret_line(secret)


def _jwks(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        keys = orjson.loads(path.read_bytes())
    except ValueError:
        raise CannotRegister(f"{path} is not JSON") from None
    if not isinstance(keys, dict):
        raise CannotRegister(f"{path} is not a key set")
    return keys


def _secret_line(secret: str | None) -> str:
    return f"\nIts secret, shown this once: {secret}" if secret else ""


def _list(arguments: Any, work: Work) -> str:
    clients = registering.every(work)
    if arguments.json:
        return orjson.dumps([_view(client) for client in clients], option=orjson.OPT_INDENT_2).decode()
    rows = [[*(getattr(client, name) for name in _COLUMNS), _state(client)] for client in clients]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines) or "There are no clients yet."


def _state(client: Client) -> str:
    return "disabled" if client.disabled_at else "active"


def _show(arguments: Any, work: Work) -> str:
    view = _view(registering.require(arguments.id, work))
    return orjson.dumps(view, option=orjson.OPT_INDENT_2).decode()


def _view(client: Client) -> dict[str, Any]:
    return {column.name: getattr(client, column.name) for column in Client.__table__.columns}


def _rotate(arguments: Any, work: Work) -> str:
    secret = registering.rotate(arguments.id, timedelta(hours=arguments.keep_hours), work)
    kept = f"\nThe one before counts for {arguments.keep_hours:g} hours more."
    return f"Client {arguments.id} has a new secret." + _secret_line(secret) + kept


def _disable(arguments: Any, work: Work) -> str:
    registering.disable(arguments.id, work)
    return f"Client {arguments.id} is disabled; its tokens count no longer."


_COMMANDS: dict[str, Callable[[Any, Work], str]] = {
    "add": _add,
    "list": _list,
    "show": _show,
    "rotate": _rotate,
    "disable": _disable,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
