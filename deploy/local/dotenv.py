"""`./motcua secrets`: the generated secrets that compose.yaml wants, in a .env file that git ignores."""

import argparse
import os
import secrets
from pathlib import Path

from chassis.service_keys import public_keys
from deploy.local.passwords import (
    BROKER_PASSWORDS,
    BUS_KEY,
    DATA_SECRETS,
    DATABASE_PASSWORDS,
    SERVICE_KEYS,
    SERVICE_SECRETS,
    SERVICES,
    SHARED_SECRETS,
)

ROOT = Path(__file__).resolve().parents[2]
NAMES = (
    *SHARED_SECRETS,
    BUS_KEY,
    *SERVICE_SECRETS,
    *SERVICE_KEYS,
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
    lines = _lacking(kept)
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


def _lacking(kept: str) -> list[str]:
    """Lines for what is not there yet."""
    known = {
        name.strip(): value.strip() for name, _, value in (line.partition("=") for line in kept.splitlines())
    }
    made = {name: _made(name) for name in NAMES if name not in known}
    if "SERVICE_KEYS" not in known or made.keys() & set(SERVICE_KEYS):
        private = {
            service: (known | made)[name] for service, name in zip(SERVICES, SERVICE_KEYS, strict=True)
        }
        made["SERVICE_KEYS"] = f"'{public_keys(private)}'"
    return [f"{name}={value}" for name, value in made.items()]


def _made(name: str) -> str:
    # The others are hexadecimal, since they travel in addresses.
    return secrets.token_urlsafe(32) if name in (BUS_KEY, *SERVICE_KEYS) else secrets.token_hex(24)
