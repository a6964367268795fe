"""`python -m services.identity.operators add USERNAME --name NAME --agency CODE`: appoint the platform's first operators.

Who approves needs somebody to have been approved before: whoever runs the machine appoints the first two. It is
recorded as done by `machine`, with the name of the machine's user.
"""

# ruff: noqa: T201 - a command speaks by printing
import argparse
import getpass
import os
import secrets
import sys

from chassis.database import Sessions, create_service_engine
from chassis.errors import ServiceError, ValidationFailed
from chassis.schemas import Command
from chassis.settings import BadSettings, Settings
from chassis.work import Work
from services.identity import accounts, appointments, holders
from services.identity.schemas import CreateOfficial
from services.identity.settings import IdentitySettings
from services.identity.tables import Account
from services.identity.usecases import officials
from services.identity.vault import Vault

BY = "machine"


def add(asked: argparse.Namespace, password: str, database: Sessions, vault: Vault) -> str:
    """Appoint an operator, with an account unless there is one; what was done. Raises ServiceError."""
    details = _details(asked, password, database)
    with database.work() as work:
        account = accounts.find("official", details.username, work)
        if account is not None and _is_operator(account, work):
            return f"{asked.username} is an operator already"
        is_new = account is None
        if account is None:
            if problems := accounts.password_problems(details, details.username):
                raise ValidationFailed(problems)
            details.values["password_hash"] = vault.hashed(password)
            account = accounts.add("official", details.username, details, work)
        officials.appoint(account, details, BY, work)
    kept = "" if is_new else "; the account was there, and its password stays"
    return f"{asked.username} is an operator from today on{kept}"


def has_account(username: str, database: Sessions) -> bool:
    with database.work(read_only=True) as work:
        return accounts.find("official", username, work) is not None


def _details(asked: argparse.Namespace, password: str, database: Sessions) -> Command:
    payload = {
        "username": asked.username,
        "name": asked.name,
        "agency": asked.agency,
        "roles": ["operator"],
        "validFrom": database.clock.today().isoformat(),
        "reason": f"appointed on the platform's machine by {_machine_user()}",
        "password": password,
    }
    return Command(CreateOfficial.read(payload))


def _is_operator(account: Account, work: Work) -> bool:
    today = work.clock.today()
    return any(
        "operator" in one.roles and appointments.is_in_force(one, today)
        for one in holders.appointments_of(account.id, today, work)
    )


def _machine_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container's user need not have a name.
        return f"user {os.getuid()}"


def _password() -> tuple[str, bool]:
    """Asked for where somebody can answer, else made up: the password, and whether it must be shown."""
    if not sys.stdin.isatty():
        return secrets.token_urlsafe(15), True
    while True:
        first = getpass.getpass("First password: ")
        if first == getpass.getpass("Once more: "):
            return first, False
        print("These are not the same.", file=sys.stderr)


def _carry_out(asked: argparse.Namespace, database: Sessions, vault: Vault) -> int:
    try:
        # An account that is there keeps its password; the one made up here is not looked at.
        known = has_account(asked.username, database)
        password, shown = (secrets.token_urlsafe(15), False) if known else _password()
        print(add(asked, password, database, vault))
        if shown:
            print(f"first password: {password}")
        return 0
    except ValidationFailed as refused:
        for error in refused.errors:
            print(f"{error.pointer.removeprefix('/')}: {error.en}", file=sys.stderr)
    except ServiceError as error:
        print(f"motcua: {error.detail('en')}", file=sys.stderr)
    return 1


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="motcua operator", description="Appoint the platform's operators.")
    adding = parser.add_subparsers(required=True).add_parser("add", help="appoint an operator")
    adding.add_argument("username")
    adding.add_argument("--name", required=True, help="the person's full name")
    adding.add_argument("--agency", required=True, help="the code of the agency, such as 000.00.00.G22")
    asked = parser.parse_args(argv)
    try:
        engine = create_service_engine(Settings.from_environment(), pool_size=1)
        vault = Vault(IdentitySettings.from_environment().secret)
    except BadSettings as error:
        print(f"motcua: {error}", file=sys.stderr)
        return 2
    try:
        return _carry_out(asked, Sessions(engine), vault)
    finally:
        engine.dispose()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
