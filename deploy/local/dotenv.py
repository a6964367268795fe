"""`./motcua secrets`: the generated secrets that compose.yaml wants, in a .env file that git ignores."""

import argparse
import os
import secrets
from pathlib import Path

from deploy.local.passwords import DATABASE_PASSWORDS, SHARED_SECRETS

ROOT = Path(__file__).resolve().parents[2]
NAMES = (*SHARED_SECRETS, *DATABASE_PASSWORDS, "POSTGRES_PASSWORD", "RABBITMQ_PASSWORD")


def run(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="motcua secrets", description=__doc__)
    parser.add_argument("--print", action="store_true", help="print fresh ones instead of writing them")
    asked = parser.parse_args(argv)
    # Hexadecimal, since they travel in addresses.
    lines = [f"{name}={secrets.token_hex(24)}" for name in NAMES]
    if asked.print:
        print("\n".join(lines))
        return 0
    path = ROOT / ".env"
    if path.exists():
        print(f"{path.name} is there already and stays as it is")
        return 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("\n".join(lines) + "\n")
    print(f"wrote {path.name} with {len(lines)} generated secrets; next: docker-compose up --build")
    return 0
