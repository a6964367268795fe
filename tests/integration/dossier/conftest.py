"""A world with two agencies and three procedures published."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from chassis.clock import FixedClock
from chassis.database import Sessions
from services.dossier import tables
from tests.integration.dossier.story import Story
from tests.integration.dossier.world import (
    AGENCY,
    EXTRACT,
    FORM,
    FREE,
    HEALTH,
    LICENCE,
    OTHER_AGENCY,
    START,
    World,
    fee,
    moment,
    procedure,
)
from tests.support.databases import Databases


@pytest.fixture(scope="module")
def engine(databases: Databases) -> Iterator[Engine]:
    """One database for the tests of a file, which each find it empty."""
    database = databases.fresh("dossier")
    yield database.sessions().engine
    databases.drop(database)


@pytest.fixture
def empty_world(engine: Engine) -> World:
    with engine.begin() as connection:
        for table in reversed(tables.Base.metadata.sorted_tables):
            # Without its keys the service could seal nothing.
            if table.name != "data_keys":
                connection.execute(table.delete())
    clock = FixedClock(moment(START))
    return World(Sessions(engine, clock), clock)


@pytest.fixture
def world(empty_world: World) -> World:
    empty_world.publish_agency(AGENCY)
    empty_world.publish_agency(OTHER_AGENCY)
    empty_world.publish(procedure(FREE))
    empty_world.publish(
        procedure(
            EXTRACT,
            channels=[{"channel": "online", "timeLimit": None, "timeUnit": "same-day"}],
            fees=[fee("BS", 8_000, per="copies", kind="charge")],
        )
    )
    empty_world.publish(
        procedure(
            LICENCE,
            acr="substantial",
            receiving=[AGENCY],
            papers=[FORM, HEALTH],
            fees=[fee("LP", 135_000), fee("BUU", 30_000, collect="on-result")],
        )
    )
    return empty_world


@pytest.fixture
def story(world: World) -> Story:
    return Story(world)
