"""Which processes the platform consists of, and what each is told in its environment."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM

from deploy.local.launch import tied
from deploy.local.passwords import BUS_KEY, Passwords
from deploy.local.process import Process, http_ready
from deploy.rabbitmq.permissions import EDGE

_TMN_CODE, _CUSTOMER, _VNEID_CLIENT = "MOTCUA01", "MOTCUA", "motcua"


@dataclass(frozen=True)
class Platform:
    """Addresses and secrets, from which every process's environment follows."""

    directory: Path
    #: Of each account: the services and the edge.
    amqp_urls: Mapping[str, str]
    database_urls: Mapping[str, str]
    object_store_url: str
    edge_port: int
    sandbox_port: int
    sandbox_smtp_port: int
    passwords: Passwords

    @property
    def edge_url(self) -> str:
        return f"http://127.0.0.1:{self.edge_port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    def environment_of(self, service: str) -> dict[str, str]:
        """What a service's processes are told: its own database and account, and only the secrets it needs."""
        return {
            "AMQP_URL": self.amqp_urls[service],
            "DATABASE_URL": self.database_urls[service],
            "PUBLIC_URL": self.edge_url,
            "BUS_KEY": self.passwords[BUS_KEY],
            "SERVICE_SECRET": self.passwords[f"{service.upper()}_SERVICE_SECRET"],
            "SERVICE_KEY": self.passwords[f"{service.upper()}_SERVICE_KEY"],
            "SERVICE_KEYS": self.passwords.public_service_keys,
            **self._data_secrets(service),
            **self._extra(service),
        }

    def _data_secrets(self, service: str) -> dict[str, str]:
        name = f"{service.upper()}_DATA_SECRET"
        before = os.environ.get(f"{name}_BEFORE")
        return {"DATA_SECRET": self.passwords[name]} | ({"DATA_SECRET_BEFORE": before} if before else {})

    def _extra(self, service: str) -> dict[str, str]:
        match service:
            case "identity":
                return {
                    "IDENTITY_SECRET": self.passwords["IDENTITY_SECRET"],
                    "REGISTERS_URL": f"{self.sandbox_url}/registers",
                    "SMS_URL": f"{self.sandbox_url}/messages/sms",
                    "SMTP_URL": f"smtp://127.0.0.1:{self.sandbox_smtp_port}",
                    "MAIL_FROM": "no-reply@motcua.example",
                    **self._registers_key,
                    **self._vneid_client,
                    **self._sms_customer,
                    "SANDBOX_URL": self.sandbox_url,
                }
            case "dossier":
                return {"OBJECT_STORE_URL": self.object_store_url}
            case "payment":
                return {"PAYMENT_GATEWAY_URL": f"{self.sandbox_url}/vnpay", **self._payment_shop}
            case "postal":
                return {"CARRIER_URL": f"{self.sandbox_url}/vnpost", **self._carrier_customer}
        return {}

    @property
    def _payment_shop(self) -> dict[str, str]:
        return {"PAYMENT_TMN_CODE": _TMN_CODE, "PAYMENT_HASH_SECRET": self.passwords["PAYMENT_HASH_SECRET"]}

    @property
    def _carrier_customer(self) -> dict[str, str]:
        return {"CARRIER_CUSTOMER": _CUSTOMER, "CARRIER_SECRET": self.passwords["CARRIER_SECRET"]}

    @property
    def _registers_key(self) -> dict[str, str]:
        return {"REGISTERS_KEY": self.passwords["REGISTERS_KEY"]}

    @property
    def _vneid_client(self) -> dict[str, str]:
        return {
            "VNEID_ISSUER": f"{self.sandbox_url}/vneid",
            "VNEID_CLIENT_ID": _VNEID_CLIENT,
            "VNEID_CLIENT_SECRET": self.passwords["VNEID_CLIENT_SECRET"],
        }

    @property
    def _sms_customer(self) -> dict[str, str]:
        return {"SMS_KEY": self.passwords["SMS_KEY"]}

    def service(self, service: str, name: str, port: int) -> Process:
        """A replica of a service."""
        return self._chassis("serve", service, name, port)

    def relay(self, service: str, name: str, port: int) -> Process:
        """The process that carries a service's outbox to the broker."""
        return self._chassis("relay", service, name, port)

    def _chassis(self, task: str, service: str, name: str, port: int) -> Process:
        return Process(
            name=name,
            kind="service" if task == "serve" else "relay",
            command=python("-m", "chassis", task, service),
            port=port,
            ready=lambda: http_ready(port),
            environment={**self.environment_of(service), "METRICS_PORT": str(port)},
        )

    def edge(self, metrics_port: int, workers: int | None = None) -> Process:
        environment = {
            "AMQP_URL": self.amqp_urls[EDGE],
            "BUS_KEY": self.passwords[BUS_KEY],
            "OBJECT_STORE_URL": self.object_store_url,
            "PUBLIC_URL": self.edge_url,
            "EDGE_PORT": str(self.edge_port),
            "METRICS_PORT": str(metrics_port),
        }
        return Process(
            name="edge",
            kind="edge",
            command=python("-m", "edge"),
            port=self.edge_port,
            ready=lambda: http_ready(metrics_port),
            environment=environment | ({"EDGE_WORKERS": str(workers)} if workers else {}),
        )

    def sandbox(self) -> Process:
        """The world outside to practise on: gateway, carrier, registers, identity provider, mail and SMS."""
        return Process(
            name="sandbox",
            kind="sandbox",
            command=python("-m", "deploy.sandbox"),
            port=self.sandbox_port,
            ready=lambda: http_ready(self.sandbox_port),
            environment={
                "SANDBOX_PORT": str(self.sandbox_port),
                "SANDBOX_SMTP_PORT": str(self.sandbox_smtp_port),
                "SANDBOX_DIR": str(self.directory / "sandbox"),
                "PUBLIC_URL": self.edge_url,
                **self._payment_shop,
                **self._carrier_customer,
                **self._registers_key,
                **self._vneid_client,
                **self._sms_customer,
            },
        )


def python(*arguments: str) -> list[str]:
    """This interpreter with the arguments, ended when the supervisor dies."""
    return tied([sys.executable, *arguments], SIGTERM)
