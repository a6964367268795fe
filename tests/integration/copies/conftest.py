"""The owners of copies, running; and services that keep copies of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import MetaData, text

from chassis.clock import FixedClock
from chassis.jobs import consumed_types
from chassis.topology import declare
from services.dossier import tables as dossier_tables
from services.payment import tables as payment_tables
from tests.integration.dossier.story import Story
from tests.integration.dossier.world import (
    AGENCY,
    EXTRACT,
    FREE,
    LICENCE,
    START,
    World,
    fee,
    moment,
    procedure,
)
from tests.support.copies import Keeper
from tests.support.databases import Databases, FreshDatabase, settings_for
from tests.support.processes import Running, free_port
from tests.support.servers import Broker, fresh_name
from tests.support.service_keys import SERVICE_ENVIRONMENT

SETTINGS = {
    **SERVICE_ENVIRONMENT,
    "RETRY_DELAYS_MS": "200",
    "PUBLIC_URL": "http://127.0.0.1:8080",
    "PAYMENT_GATEWAY_URL": "http://127.0.0.1:9",
    "PAYMENT_TMN_CODE": "MOTCUA01",
    "PAYMENT_HASH_SECRET": "s",
    "PYTHONWARNINGS": "ignore",
}


@pytest.fixture(scope="module")
def bus(broker: Broker) -> str:
    return broker.add_vhost(fresh_name("copies"))


@pytest.fixture
def amqp_url(bus: str) -> str:
    return bus


@pytest.fixture(scope="module")
def owners(
    bus: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, FreshDatabase]]:
    """The dossier and the payment service, one process each for the tests of a file."""
    logs: Path = tmp_path_factory.mktemp("owners")
    stored = {name: databases.fresh(name) for name in ("dossier", "payment")}
    running = []
    for name, database in stored.items():
        declare(bus, name, consumed_types(name), [200, *settings_for(database.url).delays_ms])
        port = free_port()
        places = {"AMQP_URL": bus, "DATABASE_URL": database.url, "METRICS_PORT": str(port)}
        running.append(
            Running(["-m", "chassis", "serve", name], SETTINGS | places, logs / f"{name}.log", port)
        )
        running[-1].start()
    yield stored
    for process in running:
        process.kill()
    for database in stored.values():
        databases.drop(database)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(moment(START))


@pytest.fixture
def keeper(make_database: Callable[[str], FreshDatabase], clock: FixedClock) -> Callable[[str], Keeper]:
    """`keeper("feedback")` -> its database, fed by hand."""

    def make(service: str) -> Keeper:
        database = make_database(service)
        return Keeper(service, database, database.sessions(clock))

    return make


@pytest.fixture
def payments(owners: dict[str, FreshDatabase], clock: FixedClock) -> Iterator[Keeper]:
    """The running payment service, its tables empty."""
    with emptied("payment", owners["payment"], payment_tables.Base.metadata, clock) as made:
        yield made


@pytest.fixture
def dossiers(owners: dict[str, FreshDatabase], clock: FixedClock) -> Iterator[Keeper]:
    """The running dossier service, with three procedures published."""
    with emptied("dossier", owners["dossier"], dossier_tables.Base.metadata, clock) as made:
        world = World(made.sessions, clock)
        world.publish_agency(AGENCY)
        charged = {
            FREE: [],
            EXTRACT: [fee("BS", 8_000, per="copies", kind="charge")],
            LICENCE: [fee("LP", 135_000), fee("BUU", 30_000, collect="on-result")],
        }
        for code, fees in charged.items():
            world.publish(procedure(code, fees=fees))
        yield made


@contextmanager
def emptied(service: str, database: FreshDatabase, metadata: MetaData, clock: FixedClock) -> Iterator[Keeper]:
    sessions = database.sessions(clock)
    # Without its keys the service could seal nothing.
    emptied = ", ".join(name for name in metadata.tables if name != "data_keys")
    with sessions.work() as work:
        work.session.execute(text(f"TRUNCATE {emptied} CASCADE"))
    yield Keeper(service, database, sessions)
    sessions.engine.dispose()


@pytest.fixture
def world(dossiers: Keeper, clock: FixedClock) -> World:
    return World(dossiers.sessions, clock, _sequence=100)


@pytest.fixture
def story(world: World) -> Story:
    return Story(world)
