"""The order in which the platform starts."""

import asyncio
import os
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import urlsplit

import pika
import psycopg2
from pika.exceptions import (
    AMQPConnectionError,
    AuthenticationError,
    ConnectionClosedByBroker,
    ProbableAuthenticationError,
)

from deploy.local import databases
from deploy.local.orphans import end_orphans
from deploy.local.passwords import SERVICES, Passwords
from deploy.local.plan import Platform
from deploy.local.ports import Ports, PortTaken
from deploy.local.prepare import Preparation, PreparationFailed
from deploy.local.process import Process
from deploy.local.servers.addresses import BadAddress, check_addresses
from deploy.local.servers.choose import BrokerHalfNamed, Servers, as_process, choose, own_name
from deploy.local.servers.install import CannotInstall, install_rabbitmq
from deploy.local.servers.rabbitmq import accepts_connections
from deploy.local.servers.unprivileged import CannotDropRoot
from deploy.local.supervisor import StartFailed, Supervisor

#: Of a broker that answers, but not to us.
_REFUSALS = (ConnectionClosedByBroker, AuthenticationError, ProbableAuthenticationError)
_LOADING_SECONDS, _BROKER_SECONDS = 3.0, 60.0
_EDGE_PORTS, _SANDBOX_PORTS = range(8080, 8180), range(8090, 8190)


class Startup:
    """From nothing, or from what a killed supervisor left, to a running platform."""

    def __init__(self, edge_port: int | None) -> None:
        self._edge_port = edge_port

    async def __call__(self, supervisor: Supervisor) -> None:
        try:
            await self._start(supervisor)
        except (
            BadAddress,
            BrokerHalfNamed,
            CannotInstall,
            CannotDropRoot,
            PortTaken,
            PreparationFailed,
            OSError,
        ) as problem:
            raise StartFailed(str(problem)) from None
        except ExceptionGroup as problems:
            raise StartFailed("\n".join(map(str, problems.exceptions))) from None

    async def _start(self, supervisor: Supervisor) -> None:
        check_addresses(os.environ)
        left = await asyncio.to_thread(end_orphans, supervisor.state.instance, supervisor.directory)
        if left:
            supervisor.tell(f"Ended {left} processes that an earlier run had left")
        passwords = Passwords(supervisor.directory / "secrets")
        servers = choose(supervisor.directory, supervisor.ports, passwords)
        edge_port = self._claim_edge(supervisor.ports)
        await self._start_servers(supervisor, servers)
        stores = await self._databases(supervisor, servers, passwords)
        supervisor.platform = Platform(
            directory=supervisor.directory,
            amqp_urls=servers.amqp_urls,
            database_urls={service: store.url for service, store in stores.items()},
            object_store_url=servers.object_store_url,
            edge_port=edge_port,
            sandbox_port=supervisor.ports.claim("sandbox", _SANDBOX_PORTS),
            sandbox_smtp_port=supervisor.ports.claim("sandbox-smtp"),
            passwords=passwords,
        )
        await self._prepare(supervisor, supervisor.platform, servers, stores)
        await self._start_processes(supervisor, supervisor.platform)

    def _claim_edge(self, ports: Ports) -> int:
        if self._edge_port:
            return ports.claim_exactly("edge", self._edge_port)
        return ports.claim("edge", _EDGE_PORTS)

    async def _start_servers(self, supervisor: Supervisor, servers: Servers) -> None:
        if servers.rabbitmq is None:
            supervisor.tell("RabbitMQ: the one that AMQP_URL names")
            supervisor.tell(_whose_accounts(servers.amqp_urls))
            for account, url in servers.amqp_urls.items():
                await asyncio.to_thread(_require_answer, url, account)
        else:
            await asyncio.to_thread(install_rabbitmq)
            supervisor.tell(f"RabbitMQ: a private node on port {servers.rabbitmq.port}")
        if servers.postgres is None:
            supervisor.tell("PostgreSQL: the one that DATABASE_URL names")
        else:
            supervisor.tell(f"PostgreSQL: embedded, on port {servers.postgres.port}")
        supervisor.tell(f"Object store: {servers.object_store_url}")
        for server in servers.embedded:
            supervisor.add(await asyncio.to_thread(as_process, server))
        if servers.postgres is not None:
            await supervisor.wait_ready([servers.postgres.name])

    async def _databases(
        self, supervisor: Supervisor, servers: Servers, passwords: Passwords
    ) -> dict[str, databases.ServiceDatabase]:
        # On a server that others use too, nothing of theirs may be met by chance.
        prefix = "" if servers.postgres else f"motcua_{supervisor.state.instance[:8]}_"
        try:
            return await asyncio.to_thread(databases.ensure, servers.database_url, prefix, passwords)
        except psycopg2.Error as problem:
            raise StartFailed(f"the databases cannot be made: {problem}") from None

    async def _prepare(
        self,
        supervisor: Supervisor,
        platform: Platform,
        servers: Servers,
        stores: dict[str, databases.ServiceDatabase],
    ) -> None:
        identities = {service: store.identity for service, store in stores.items()}
        preparation = Preparation(supervisor.state, servers.identities, identities)
        if not preparation.due:
            supervisor.tell("Migrations and starter data: nothing has changed")
            return
        supervisor.tell(f"Migrations and starter data: {', '.join(preparation.due)}")
        if servers.rabbitmq is not None:
            await supervisor.wait_ready([servers.rabbitmq.name])
        await preparation.run(platform.environment_of, lambda text: supervisor.tell(f"  {text}"))
        preparation.remember(servers.identities)

    async def _start_processes(self, supervisor: Supervisor, platform: Platform) -> None:
        ports = supervisor.ports
        processes = [platform.service(service, service, ports.claim(service)) for service in SERVICES]
        relays = {f"{service}-relay": service for service in SERVICES}
        processes += [platform.relay(service, name, ports.claim(name)) for name, service in relays.items()]
        processes += [platform.sandbox(), platform.edge(ports.claim("edge-metrics"))]
        supervisor.remember_ports()
        supervisor.tell(f"Starting {len(processes)} processes")
        await asyncio.gather(_start_slowly(supervisor, processes), _start_with_broker(supervisor, processes))
        # Everything: a broker that had nothing to wait for until now, too.
        await supervisor.wait_ready(supervisor.children)


# All at once, the processes would slow down each other and the broker that all of them wait for. On two cores, one
# is the broker's until it is ready.


async def _start_with_broker(supervisor: Supervisor, processes: list[Process]) -> None:
    broker = supervisor.children.get("rabbitmq")
    if broker is not None:
        await _until(lambda: not processes or broker.health == "ready", _BROKER_SECONDS)
    await _start_slowly(supervisor, processes)


async def _start_slowly(supervisor: Supervisor, processes: list[Process]) -> None:
    """Start one after the other, each when the one before has loaded its code."""
    while processes:
        port = supervisor.add(processes.pop(0)).process.port
        await _until(partial(accepts_connections, port), _LOADING_SECONDS)


async def _until(true: Callable[[], bool], seconds: float) -> None:
    loop = asyncio.get_running_loop()
    latest = loop.time() + seconds
    while loop.time() < latest:
        if await asyncio.to_thread(true):
            return
        await asyncio.sleep(0.05)


def _whose_accounts(urls: Mapping[str, str]) -> str:
    together = [own_name(account) for account, url in urls.items() if list(urls.values()).count(url) > 1]
    shared = f" One account serves several; give each its own in {', '.join(together)}." if together else ""
    return f"  Its accounts and what they may do are its operator's business.{shared}"


def _require_answer(amqp_url: str, account: str) -> None:
    try:
        pika.BlockingConnection(pika.URLParameters(amqp_url)).close()
    except (AMQPConnectionError, OSError) as problem:
        address = urlsplit(amqp_url)
        name = own_name(account) if own_name(account) in os.environ else "AMQP_URL"
        place = f"{address.hostname}:{address.port or 5672}, which {name} names"
        if isinstance(problem, _REFUSALS):
            raise StartFailed(f"the broker at {place}, refuses: {problem}") from None
        raise StartFailed(f"no broker answers at {place}") from None
