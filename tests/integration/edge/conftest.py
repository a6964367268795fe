"""A real edge before a real service on a real broker, shared where a test does no harm to them."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pika
import pytest
from sqlalchemy import text

from chassis.database import create_service_engine
from chassis.topology import declare, rpc_queue
from tests.integration.edge.sample_service import create_tables
from tests.support.databases import DATA_SECRET, SECRET, Databases, FreshDatabase, settings_for
from tests.support.processes import Running, free_port
from tests.support.servers import Broker, fresh_name


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


@dataclass
class Sample:
    """The sample service and an edge, on a broker and a database of their own."""

    amqp_url: str
    database: FreshDatabase
    directory: Path
    running: list[Running] = field(default_factory=list)
    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def objects(self) -> list[Path]:
        """What is in the object store."""
        return [path for path in (self.directory / "objects").rglob("*") if path.is_file()]

    def declare(self) -> None:
        declare(self.amqp_url, "sample", [], settings_for(self.database.url).delays_ms)
        connection = pika.BlockingConnection(pika.URLParameters(self.amqp_url))
        channel = connection.channel()
        channel.queue_declare(rpc_queue("silent"), durable=True)
        channel.queue_bind(rpc_queue("silent"), "nameko-rpc", "silent.*")
        connection.close()

    def start_service(self) -> Running:
        return self._start(
            "tests.integration.edge.sample_service",
            DATABASE_URL=self.database.url,
            SERVICE_SECRET=SECRET,
            DATA_SECRET=DATA_SECRET,
        )

    def start_edge(self, **settings: str) -> tuple[Running, httpx.Client]:
        """An edge, and a client that talks to it."""
        port = free_port()
        store = self.directory / "objects"
        defaults = {"EDGE_PORT": str(port), "OBJECT_STORE_URL": store.as_uri(), "RATE_LIMIT": "100000/minute"}
        edge = self._start("tests.integration.edge.sample_edge", **(defaults | settings))
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20)
        self.clients.append(client)
        return edge, client

    def rows(self, statement: str) -> list[Any]:
        engine = create_service_engine(settings_for(self.database.url), pool_size=1)
        with engine.connect() as connection:
            found = list(connection.execute(text(statement)))
        engine.dispose()
        return found

    def _start(self, module: str, **settings: str) -> Running:
        port = free_port()
        environment = {"AMQP_URL": self.amqp_url, "METRICS_PORT": str(port), "PYTHONWARNINGS": "ignore"}
        log = self.directory / f"{len(self.running)}.log"
        self.running.append(Running(["-m", module], environment | settings, log, port))
        return self.running[-1].start(60)

    def close(self) -> None:
        for client in self.clients:
            client.close()
        for process in self.running:
            process.kill()


@pytest.fixture(scope="session")
def make_sample(
    databases: Databases, broker: Broker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Sample]]:
    """`make_sample()` -> tables and queues; nothing runs yet."""
    made: list[Sample] = []

    def make(amqp_url: str | None = None) -> Sample:
        database = databases.empty("sample")
        engine = create_service_engine(settings_for(database.url), pool_size=1)
        create_tables(engine)
        engine.dispose()
        url = amqp_url or broker.add_vhost(fresh_name("vhost"))
        made.append(Sample(url, database, tmp_path_factory.mktemp("sample")))
        made[-1].declare()
        return made[-1]

    yield make
    for sample in made:
        sample.close()
        databases.drop(sample.database)


@pytest.fixture(scope="session")
def sample(make_sample: Callable[..., Sample]) -> Sample:
    """One running service, for tests that leave it in good health."""
    sample = make_sample()
    sample.start_service()
    return sample


@pytest.fixture(scope="session")
def edge(sample: Sample) -> tuple[Running, httpx.Client]:
    return sample.start_edge()


@pytest.fixture
def client(edge: tuple[Running, httpx.Client]) -> httpx.Client:
    return edge[1]


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert (found["status"], found["type"]) == (status, f"/problems/{code}")
    return found
