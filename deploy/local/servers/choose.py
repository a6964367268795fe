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


@dataclass(frozen=True)
class Servers:
    """Where database, broker and objects are, and which servers have to be run for that."""

    database_url: str
    amqp_url: str
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
    if not environment.get("AMQP_URL"):
        place = directory / "rabbitmq"
        epmd = Epmd(place, ports.claim("epmd"))
        rabbitmq = RabbitMQ(
            place,
            ports.claim("rabbitmq"),
            ports.claim("rabbitmq-distribution"),
            epmd.port,
            passwords["RABBITMQ_PASSWORD"],
            passwords["ERLANG_COOKIE"],
        )
    return Servers(
        database_url=environment.get("DATABASE_URL") or (postgres.url if postgres else ""),
        amqp_url=environment.get("AMQP_URL") or (rabbitmq.url if rabbitmq else ""),
        object_store_url=environment.get("OBJECT_STORE_URL") or f"file://{directory / 'objects'}",
        postgres=postgres,
        rabbitmq=rabbitmq,
        epmd=epmd,
    )


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
