"""`./motcua secrets`: the generated secrets that compose.yaml wants, in a .env file that git ignores."""

import argparse
import os
import secrets
from pathlib import Path

from deploy.local.passwords import BROKER_PASSWORDS, DATA_SECRETS, DATABASE_PASSWORDS, SHARED_SECRETS

ROOT = Path(__file__).resolve().parents[2]
NAMES = (
    *SHARED_SECRETS,
    *DATA_SECRETS,
    *DATABASE_PASSWORDS,
    *BROKER_PASSWORDS,
    "POSTGRES_PASSWORD",
    "RABBITMQ_PASSWORD",
)


def run(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="motcua secrets", description=__doc__)
    parser.add_argument("--print", action="store_true", help="print fresh ones instead of writing them")
    asked = parser.parse_args(argv)
    path = ROOT / ".env"
    kept = "" if asked.print or not path.exists() else path.read_text()
    there = {line.partition("=")[0].strip() for line in kept.splitlines()}
    # Hexadecimal, since they travel in addresses.
    lines = [f"{name}={secrets.token_hex(24)}" for name in NAMES if name not in there]
    if asked.print:
        print("\n".join(lines))
    elif not lines:
        print(f"{path.name} is there already and stays as it is")
    else:
        # What is there stays: the servers' data were made with it.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write("\n".join(([""] if kept and not kept.endswith("\n") else []) + lines) + "\n")
        print(f"wrote {len(lines)} generated secrets to {path.name}; next: docker-compose up --build")
    return 0
