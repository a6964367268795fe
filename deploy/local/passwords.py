"""The secrets of one platform: the environment's, else generated ones."""

import os
from pathlib import Path

from chassis.service_keys import public_keys
from deploy.local.secretfile import SecretFile
from deploy.rabbitmq.definitions import password_name
from deploy.rabbitmq.permissions import ACCOUNTS

SERVICES = ("identity", "catalogue", "dossier", "payment", "postal", "feedback")

#: Shared between processes of the platform; taken from the environment when it has them.
SHARED_SECRETS = (
    *("IDENTITY_SECRET", "PAYMENT_HASH_SECRET", "CARRIER_SECRET"),
    *("REGISTERS_KEY", "VNEID_CLIENT_SECRET", "SMS_KEY"),
)
#: Known to every process that asks or answers, and not to the broker.
BUS_KEY = "BUS_KEY"
#: What each service calls its own in its environment, and everybody's public keys.
TOLD_AS = ("SERVICE_SECRET", "SERVICE_KEY", "SERVICE_KEYS")
#: Each known to its service alone.
SERVICE_SECRETS = tuple(f"{service.upper()}_SERVICE_SECRET" for service in SERVICES)
SERVICE_KEYS = tuple(f"{service.upper()}_SERVICE_KEY" for service in SERVICES)
#: What each service's keys of personal data are wrapped with: nobody opens another's data.
DATA_SECRETS = tuple(f"{service.upper()}_DATA_SECRET" for service in SERVICES)
#: What they were wrapped with before: named by the environment alone, while it is being replaced.
DATA_SECRETS_BEFORE = tuple(f"{name}_BEFORE" for name in DATA_SECRETS)
DATABASE_PASSWORDS = tuple(f"{service.upper()}_DATABASE_PASSWORD" for service in SERVICES)
BROKER_PASSWORDS = tuple(map(password_name, ACCOUNTS))
SERVER_PASSWORDS = ("POSTGRES_PASSWORD", "RABBITMQ_PASSWORD", "ERLANG_COOKIE")

SECRET_NAMES = (
    *SHARED_SECRETS,
    BUS_KEY,
    *TOLD_AS,
    *SERVICE_SECRETS,
    *SERVICE_KEYS,
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

    @property
    def public_service_keys(self) -> str:
        """SERVICE_KEYS: what each service's own key is recognised by."""
        keys = zip(SERVICES, SERVICE_KEYS, strict=True)
        return os.environ.get("SERVICE_KEYS") or public_keys({service: self[name] for service, name in keys})
