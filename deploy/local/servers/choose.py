"""The servers of this platform: what the environment names, else embedded ones."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.passwords import Passwords
from deploy.local.ports import Ports
from deploy.local.process import Process
from deploy.local.servers.embedded import Server
from deploy.local.servers.postgres import Postgres
from deploy.local.servers.rabbitmq import Epmd, RabbitMQ
from deploy.rabbitmq.definitions import password_name
from deploy.rabbitmq.permissions import ACCOUNTS


class BrokerHalfNamed(Exception):
    """The environment names a broker for some processes and none for others."""


@dataclass(frozen=True)
class Servers:
    """Where database, broker and objects are, and which servers have to be run for that."""

    database_url: str
    #: Of each account: the services and the edge.
    amqp_urls: Mapping[str, str]
    object_store_url: str
    postgres: Postgres | None
    rabbitmq: RabbitMQ | None
    epmd: Epmd | None

    @property
    def embedded(self) -> list[Server]:
        return [server for server in (self.postgres, self.epmd, self.rabbitmq) if server is not None]

    @property
    def identities(self) -> tuple[str, ...] | None:
        """Which sets of data these are; None when there are none yet, or others can change them."""
        if self.postgres is None or self.rabbitmq is None or not self.rabbitmq.settled:
            return None
        return self.postgres.identity, self.rabbitmq.identity


def choose(
    directory: Path, ports: Ports, passwords: Passwords, environment: Mapping[str, str] = os.environ
) -> Servers:
    """Decide for each server whether the environment names it."""
    postgres = rabbitmq = epmd = None
    if not environment.get("DATABASE_URL"):
        postgres = Postgres(directory / "postgres", ports.claim("postgres"), passwords["POSTGRES_PASSWORD"])
    named = _named_brokers(environment)
    if not named:
        place = directory / "rabbitmq"
        epmd = Epmd(place, ports.claim("epmd"))
        rabbitmq = RabbitMQ(
            place,
            ports.claim("rabbitmq"),
            ports.claim("rabbitmq-distribution"),
            epmd.port,
            passwords["RABBITMQ_PASSWORD"],
            passwords["ERLANG_COOKIE"],
            {account: passwords[password_name(account)] for account in ACCOUNTS},
        )
    return Servers(
        database_url=environment.get("DATABASE_URL") or (postgres.url if postgres else ""),
        amqp_urls={account: rabbitmq.url_for(account) for account in ACCOUNTS} if rabbitmq else named,
        object_store_url=environment.get("OBJECT_STORE_URL") or f"file://{directory / 'objects'}",
        postgres=postgres,
        rabbitmq=rabbitmq,
        epmd=epmd,
    )


def _named_brokers(environment: Mapping[str, str]) -> dict[str, str]:
    """For each account the address that the environment names for it, or for all; empty when it names none."""
    common = environment.get("AMQP_URL")
    named = {account: environment.get(own_name(account)) or common for account in ACCOUNTS}
    found = {account: url for account, url in named.items() if url}
    if found and len(found) < len(named):
        lacking = ", ".join(own_name(account) for account in ACCOUNTS if account not in found)
        raise BrokerHalfNamed(f"AMQP_URL is not set, and neither are {lacking}")
    return found


def own_name(account: str) -> str:
    """The variable that names the broker with an account for one service, or for the edge."""
    return f"AMQP_URL_{account.upper()}"


def as_process(server: Server) -> Process:
    """The server as the supervisor sees it."""
    return Process(
        name=server.name,
        kind="server",
        command=server.command,
        port=server.port,
        ready=server.ready,
        environment=server.environment,
        stop_signal=server.stop_signal,
        prepare=server.prepare,
    )
