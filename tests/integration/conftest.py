"""Fixtures on real servers: a fresh database and virtual host, and the services' real processes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chassis.jobs import consumed_types
from chassis.topology import declare
from deploy.local.passwords import SERVICES
from deploy.local.servers import embedded_rabbitmq
from deploy.local.servers.rabbitmq import RabbitMQ
from deploy.rabbitmq.permissions import ACCOUNTS
from tests.support.databases import Databases, FreshDatabase
from tests.support.processes import Running, free_port
from tests.support.servers import Broker, fresh_name, postgres, rabbitmq
from tests.support.service_keys import SERVICE_ENVIRONMENT

#: Short delays, so that a test of retries does not take minutes.
RETRY_DELAYS_MS = (200, 400)
WAITING_DELAY_MS = 300


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    with rabbitmq() as server:
        yield server


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
    """A broker with the platform's accounts; every service's queues were declared with its own."""
    directory = tmp_path_factory.mktemp("guarded")
    directory.chmod(0o755)
    with embedded_rabbitmq(directory, ACCOUNTS) as server:
        for name in SERVICES:
            declare(server.url_for(name), name, consumed_types(name), RETRY_DELAYS_MS)
        yield server


@pytest.fixture(scope="session")
def databases(postgres_url: str) -> Databases:
    return Databases(postgres_url)


@pytest.fixture
def amqp_url(broker: Broker) -> Iterator[str]:
    """A virtual host of this test alone."""
    url = broker.add_vhost(fresh_name("vhost"))
    yield url
    broker.drop_vhost(url)


@pytest.fixture
def make_database(databases: Databases) -> Iterator[Callable[[str], FreshDatabase]]:
    """`make_database("dossier")` -> a fresh database at the newest migration."""
    made: list[FreshDatabase] = []

    def make(service: str) -> FreshDatabase:
        made.append(databases.fresh(service))
        return made[-1]

    yield make
    for database in made:
        databases.drop(database)


@pytest.fixture
def environment(amqp_url: str) -> dict[str, str]:
    """What every process of this test shares."""
    return {
        "AMQP_URL": amqp_url,
        **SERVICE_ENVIRONMENT,
        "RETRY_DELAYS_MS": ",".join(map(str, RETRY_DELAYS_MS)),
        "WAITING_DELAY_MS": str(WAITING_DELAY_MS),
        "PUBLIC_URL": "http://127.0.0.1:8080",
        "PYTHONWARNINGS": "ignore",
    }


@pytest.fixture
def start(tmp_path: Path, environment: dict[str, str]) -> Iterator[Callable[..., Running]]:
    """`start(["-m", "chassis", "serve", "dossier"], DATABASE_URL=…)` -> the process, ready."""
    running: list[Running] = []

    def start_process(arguments: list[str], **extra: str) -> Running:
        port = free_port()
        settings = environment | {"METRICS_PORT": str(port)} | extra
        log = tmp_path / f"{len(running)}.log"
        running.append(Running(arguments, settings, log, int(settings["METRICS_PORT"])))
        return running[-1].start()

    yield start_process
    for process in running:
        process.kill()


@pytest.fixture
def service(
    start: Callable[..., Running], amqp_url: str, make_database: Callable[[str], FreshDatabase]
) -> Callable[..., tuple[Running, FreshDatabase]]:
    """`service("dossier")` -> its process on a fresh database, and that database."""

    def start_service(name: str, **extra: str) -> tuple[Running, FreshDatabase]:
        database = make_database(name)
        declare(amqp_url, name, consumed_types(name), [*RETRY_DELAYS_MS, WAITING_DELAY_MS])
        return start(["-m", "chassis", "serve", name], DATABASE_URL=database.url, **extra), database

    return start_service
