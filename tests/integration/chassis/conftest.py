"""The echo service as a real process, shared where a test does no harm to it, fresh where it does."""

import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from chassis.database import Sessions, create_service_engine
from chassis.topology import declare
from tests.integration.conftest import RETRY_DELAYS_MS, WAITING_DELAY_MS
from tests.support.asking import Asker
from tests.support.databases import DATA_SECRET, SECRET, Databases, FreshDatabase, settings_for
from tests.support.echo_service import NotedRead, create_tables
from tests.support.processes import Running, free_port
from tests.support.servers import Broker, fresh_name

TOKEN_KEYS = "vn.motcua.identity.token-key-published.v1"


def until(holds: Callable[[], Any], seconds: float = 15.0) -> Any:
    """Wait for something to become true; its value."""
    deadline = time.monotonic() + seconds
    while not (value := holds()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
    return value


@dataclass
class Echo:
    """A service on its own database and virtual host, its processes, and a look into its tables."""

    name: str
    amqp_url: str
    database: FreshDatabase
    logs: Path
    running: list[Running] = field(default_factory=list)
    askers: list[Asker] = field(default_factory=list)

    @property
    def engine(self) -> Engine:
        if not self.database.engines:
            self.database.sessions()
        return self.database.engines[0]

    def sessions(self) -> Sessions:
        return Sessions(self.engine)

    def declare(self) -> None:
        delays = [*RETRY_DELAYS_MS, WAITING_DELAY_MS]
        declare(self.amqp_url, self.name, [NotedRead.type, TOKEN_KEYS] if self.name == "echo" else [], delays)

    def start(self, *arguments: str, **extra: str) -> Running:
        """Another process, ready: the service itself, or `-m chassis relay echo`."""
        return self.process(*arguments, **extra).start(60)

    def process(self, *arguments: str, **extra: str) -> Running:
        """The same, not started yet."""
        port = free_port()
        environment = {
            "AMQP_URL": self.amqp_url,
            "DATABASE_URL": self.database.url,
            "SERVICE_SECRET": SECRET,
            "DATA_SECRET": DATA_SECRET,
            "RETRY_DELAYS_MS": ",".join(map(str, RETRY_DELAYS_MS)),
            "WAITING_DELAY_MS": str(WAITING_DELAY_MS),
            "METRICS_PORT": str(port),
            "PYTHONWARNINGS": "ignore",
        } | extra
        command = list(arguments) or ["-m", "tests.support.echo_service", self.name]
        log = self.logs / f"{self.name}-{len(self.running)}.log"
        self.running.append(Running(command, environment, log, port))
        return self.running[-1]

    def start_until_it_dies_or_serves(self) -> Running | None:
        """A process that has stayed alive for a while, or None when it died."""
        try:
            running = self.start()
            running.process.wait(2)
        except AssertionError:
            return None
        except subprocess.TimeoutExpired:
            return running
        return None

    def start_relay(self) -> Running:
        return self.start("-m", "chassis", "relay", self.name)

    def asker(self) -> Asker:
        self.askers.append(Asker(self.amqp_url))
        return self.askers[-1]

    def rows(self, statement: str, **values: Any) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(text(statement), values))

    def value(self, statement: str, **values: Any) -> Any:
        return self.rows(statement, **values)[0][0]

    def heard(self, words: str) -> int:
        """How often an event with this text was applied."""
        return int(self.value("SELECT count(*) FROM heard WHERE text = :words", words=words))

    def close(self) -> None:
        for process in self.running:
            process.kill()
        for asker in self.askers:
            asker.close()


@pytest.fixture(scope="session")
def make_echo(
    databases: Databases, broker: Broker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Echo]]:
    """`make_echo()` -> tables and queues of a fresh echo service, of which nothing runs yet."""
    made: list[Echo] = []

    def make(name: str = "echo", amqp_url: str | None = None) -> Echo:
        database = databases.empty(name)
        engine = create_service_engine(settings_for(database.url), pool_size=1)
        create_tables(engine)
        engine.dispose()
        url = amqp_url or broker.add_vhost(fresh_name("vhost"))
        made.append(Echo(name, url, database, tmp_path_factory.mktemp(name)))
        made[-1].declare()
        return made[-1]

    yield make
    for echo in made:
        echo.close()
        databases.drop(echo.database)


@pytest.fixture(scope="session")
def shared(make_echo: Callable[..., Echo]) -> Echo:
    """One running echo service with its relay, for tests that leave it in good health."""
    echo = make_echo()
    echo.start()
    echo.start_relay()
    return echo


@pytest.fixture
def echo(make_echo: Callable[..., Echo]) -> Iterator[Echo]:
    """A fresh echo service of which nothing runs yet."""
    echo = make_echo()
    yield echo
    echo.close()


@pytest.fixture
def asker(shared: Echo) -> Iterator[Asker]:
    asker = Asker(shared.amqp_url)
    yield asker
    asker.close()
