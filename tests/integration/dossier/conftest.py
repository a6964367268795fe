"""A world with two agencies and three procedures published."""

from collections.abc import Callable

import pytest

from chassis.clock import FixedClock
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
from tests.support.databases import FreshDatabase


@pytest.fixture
def empty_world(make_database: Callable[[str], FreshDatabase]) -> World:
    clock = FixedClock(moment(START))
    return World(make_database("dossier").sessions(clock), clock)


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
