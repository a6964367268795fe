"""Events do not tell who somebody is: postal asks the dossier service, and waits for it when it is away."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from chassis.clock import FixedClock, SystemClock
from chassis.database import Sessions
from services.dossier import api
from services.postal import jobs, retries, tables, usecases
from services.postal.adapters import Recipient, RecipientUnknown
from tests.integration.dossier.story import ADDRESS, Story
from tests.integration.dossier.world import AGENCY, DESK, FREE, START, World, moment, procedure
from tests.integration.postal.support import HOA, Simulator, result_posted
from tests.support.databases import FreshDatabase
from tests.support.processes import Running
from tests.support.waiting import eventually

Start = Callable[..., tuple[Running, FreshDatabase]]


class Told:
    """Tells what it is made to, and counts how often it is asked."""

    def __init__(self, *silent: str) -> None:
        self.silent, self.asked = set(silent), 0

    def of(self, dossier: str) -> Recipient:
        self.asked += 1
        if dossier in self.silent:
            raise RecipientUnknown("unavailable")
        return HOA


def all_of(database: Sessions) -> list[tables.Consignment]:
    with database.work(read_only=True) as work:
        found = list(work.session.scalars(select(tables.Consignment).order_by(tables.Consignment.id)))
        work.session.expunge_all()
        return found


def register(database: Sessions, **values: Any) -> str:
    event = result_posted(**values)
    with database.work() as work:
        usecases.register(event, work)
    return str(event.dossier)


def test_a_parcel_goes_once_its_recipient_is_known(database: Sessions, simulator: Simulator) -> None:
    register(database)
    jobs.hand_over(database, simulator.adapter())
    assert simulator.orders() == []
    told = Told()
    for _ in range(2):
        jobs.learn_recipients(database, told)
    assert told.asked == 1, "it is kept"
    jobs.hand_over(database, simulator.adapter())
    (order,) = simulator.orders()
    assert order["order"]["receiver"] == {"Name": HOA.name, "Tel": HOA.phone, "Address": HOA.address}


def test_a_silent_dossier_service_is_asked_again_later_and_stops_no_other_parcel(
    make_database: Callable[[str], FreshDatabase], simulator: Simulator
) -> None:
    clock = FixedClock(SystemClock().now())
    database = make_database("postal").sessions(clock)
    known = register(database)
    jobs.learn_recipients(database, Told())
    waiting = [register(database) for _ in range(3)]
    silent = Told(*waiting)
    jobs.learn_recipients(database, silent)
    assert silent.asked == 1, "one silence is enough for a run"
    jobs.hand_over(database, simulator.adapter())
    states = {row.dossier: (row.state, row.attempts, row.last_error) for row in all_of(database)}
    assert states.pop(known)[0] == "handed-over"
    assert set(states.values()) == {("registered", 1, "dossier: unavailable")}
    jobs.learn_recipients(database, silent)
    assert silent.asked == 1, "not before its time"
    clock.move(retries.delay(1))
    jobs.learn_recipients(database, Told())
    jobs.hand_over(database, simulator.adapter())
    assert {row.state for row in all_of(database)} == {"handed-over"}


@pytest.fixture
def dossiers(service: Start) -> Iterator[tuple[Running, World]]:
    """The dossier service as its own process, and its database to act in."""
    process, database = service("dossier")
    world = World(database.sessions(), FixedClock(moment(START)))
    world.publish_agency(AGENCY)
    world.publish(procedure(FREE, fees=[]))
    yield process, world


def test_the_dossier_service_tells_postal_and_loses_nothing_by_being_away(
    service: Start, dossiers: tuple[Running, World], simulator: Simulator
) -> None:
    process, world = dossiers
    story = Story(world)
    reference = story.done(delivery=ADDRESS | {"method": "post"})
    world.call(api.RETURN_RESULT, DESK, reference=reference)
    process.stop()
    _, database = service(
        "postal", CARRIER_URL=simulator.url, CARRIER_CUSTOMER="customer", CARRIER_SECRET="secret"
    )
    stored = database.sessions()
    register(stored, dossier=story.row(reference).id, code=story.row(reference).code)
    (row,) = eventually(lambda: [row for row in all_of(stored) if row.attempts])
    assert (row.recipient_name, row.last_error) == ("", "dossier: deadline-exceeded")
    process.start()
    (row,) = eventually(lambda: [row for row in all_of(stored) if row.recipient_name], seconds=40)
    assert (row.recipient_name, row.recipient_address) == (ADDRESS["name"], ADDRESS["address"])
    eventually(simulator.orders, seconds=20)
