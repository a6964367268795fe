"""The secrets of one platform: the environment's, else generated ones."""

import os
from pathlib import Path

from deploy.local.secretfile import SecretFile
from deploy.rabbitmq.definitions import password_name
from deploy.rabbitmq.permissions import ACCOUNTS

SERVICES = ("identity", "catalogue", "dossier", "payment", "postal", "feedback")

#: Shared between processes of the platform; taken from the environment when it has them.
SHARED_SECRETS = ("SERVICE_SECRET", "IDENTITY_SECRET", "PAYMENT_HASH_SECRET", "CARRIER_SECRET")
#: What each service's keys of personal data are wrapped with: nobody opens another's data.
DATA_SECRETS = tuple(f"{service.upper()}_DATA_SECRET" for service in SERVICES)
#: What they were wrapped with before: named by the environment alone, while it is being replaced.
DATA_SECRETS_BEFORE = tuple(f"{name}_BEFORE" for name in DATA_SECRETS)
DATABASE_PASSWORDS = tuple(f"{service.upper()}_DATABASE_PASSWORD" for service in SERVICES)
BROKER_PASSWORDS = tuple(map(password_name, ACCOUNTS))
SERVER_PASSWORDS = ("POSTGRES_PASSWORD", "RABBITMQ_PASSWORD", "ERLANG_COOKIE")

SECRET_NAMES = (
    *SHARED_SECRETS,
    *DATA_SECRETS,
    *DATA_SECRETS_BEFORE,
    *DATABASE_PASSWORDS,
    *BROKER_PASSWORDS,
    *SERVER_PASSWORDS,
)


class Passwords:
    """Secrets by name."""

    def __init__(self, path: Path) -> None:
        self._generated = SecretFile(path)

    def __getitem__(self, name: str) -> str:
        return os.environ.get(name) or self._generated[name]
