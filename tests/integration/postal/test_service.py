"""The real process over the real broker: the event in, the carrier over HTTP, the views out.

The events are of the version that told the recipient: some may still lie in the queue.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from chassis.caller import Caller
from chassis.client import BlockingClient, RemoteFailure
from chassis.database import Sessions
from chassis.events import Event
from services.postal import events
from tests.integration.postal.support import AGENCY, Simulator, result_posted_v1
from tests.support.bus import publish
from tests.support.databases import FreshDatabase
from tests.support.people import Issuer, acting, citizen, official
from tests.support.processes import Running
from tests.support.waiting import eventually

Start = Callable[..., tuple[Running, FreshDatabase]]


class Postal:
    def __init__(self, amqp_url: str, process: Running, database: Sessions) -> None:
        self.amqp_url, self.process, self.database = amqp_url, process, database
        self.client, self.issuer = BlockingClient(amqp_url), Issuer()
        self.issuer.introduce(database)

    def ask(self, method: str, caller: Caller, **query: Any) -> Any:
        return self.client.call("postal", method, query, token=self.issuer.token(caller))

    def find(self, caller: Caller, **query: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("find_consignments", caller, **query)["items"]
        return found

    def publish(self, event: Event) -> None:
        publish(self.amqp_url, event.meta, events.ResultPostedV1.show(event.values))

    def metric(self, name: str) -> float:
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.process.metrics(), re.MULTILINE)
        return float(found[1]) if found else 0.0


@pytest.fixture
def postal(service: Start, amqp_url: str, simulator: Simulator) -> Iterator[Postal]:
    process, database = service(
        "postal",
        CARRIER_URL=simulator.url,
        CARRIER_CUSTOMER="customer",
        CARRIER_SECRET="secret",
        CARRIER_TIMEOUT="1",
    )
    made = Postal(amqp_url, process, database.sessions())
    yield made
    made.client.close()


def in_state(postal: Postal, caller: Caller, state: str) -> Callable[[], Any]:
    return lambda: [one for one in postal.find(caller) if one["state"]["code"] == state]


def test_a_posted_result_reaches_its_owner(postal: Postal, simulator: Simulator) -> None:
    hoa = citizen()
    event = result_posted_v1(owner=hoa.subject)
    postal.publish(event)
    postal.publish(event)
    (delivered,) = eventually(in_state(postal, hoa, "delivered"))
    shown = postal.ask("get_consignment", hoa, id=delivered["id"])
    assert [one["code"] for one in shown["history"]] == ["70", "80", "90", "100"]
    assert shown["state"]["name"] == "Đã phát"
    assert shown["tracking"] == simulator.orders()[0]["itemCode"]
    assert shown["transportSeconds"] == 0
    assert len(simulator.orders()) == 1
    with postal.database.work(read_only=True) as work:
        kinds = list(work.session.scalars(text("SELECT type FROM outbox ORDER BY position")))
    assert kinds == [events.ConsignmentHandedOver.type, events.ConsignmentDelivered.type]


def test_who_may_see_a_consignment(postal: Postal) -> None:
    hoa = citizen()
    event = result_posted_v1(owner=hoa.subject)
    postal.publish(event)
    (mine,) = eventually(lambda: postal.find(hoa))

    def refusal(caller: Caller) -> int:
        with pytest.raises(RemoteFailure) as caught:
            postal.ask("get_consignment", caller, id=mine["id"])
        return int(caught.value.problem["status"])

    elsewhere, post = official("000.00.07.H29", "desk"), official("000.00.07.H29", "postal")
    assert refusal(citizen("Trần Văn Nam")) == 404
    assert refusal(elsewhere) == 403
    for reader in (hoa, official(AGENCY, "desk"), post):
        assert postal.ask("get_consignment", reader, id=mine["id"])["recipient"]["name"] == "Nguyễn Thị Hoa"
        for name in (event.dossier, event.reference, event.code):
            assert [one["id"] for one in postal.find(reader, dossier=name)] == [mine["id"]]
    assert postal.find(citizen("Trần Văn Nam")) == postal.find(elsewhere) == []
    assert postal.find(hoa, dossier="HS-ANOTHER") == []
    everything = acting(hoa, "guardian")
    assert [one["id"] for one in postal.find(everything)] == [mine["id"]]
    assert postal.ask("get_consignment", everything, id=mine["id"])["id"] == mine["id"]
    assert refusal(acting(hoa, "helper", ["2.000635"], ["submit"])) == 403


def test_consignments_are_paged(postal: Postal) -> None:
    hoa = citizen()
    for _ in range(3):
        postal.publish(result_posted_v1(owner=hoa.subject))
    eventually(lambda: len(postal.find(hoa)) == 3)
    first = postal.ask("find_consignments", hoa, limit=2)
    rest = postal.ask("find_consignments", hoa, limit=2, cursor=first["next"])
    assert rest["next"] is None
    assert [one["id"] for one in first["items"] + rest["items"]] == [one["id"] for one in postal.find(hoa)]


def test_a_carrier_that_is_down_shows_and_loses_nothing(
    postal: Postal, simulator: Simulator, start_simulator: Callable[[], Simulator]
) -> None:
    simulator.process.kill()
    hoa = citizen()
    for _ in range(3):
        postal.publish(result_posted_v1(owner=hoa.subject))
    eventually(lambda: postal.metric("postal_waiting_for_carrier") == 3)
    tried = eventually(lambda: [one for one in postal.find(hoa) if one["handOver"]["attempts"]])
    assert tried[0]["handOver"]["lastError"] == "ConnectionError"
    assert tried[0]["handOver"]["nextTryAt"]
    assert postal.metric('postal_carrier_calls_total{call="postOrder",outcome="unavailable"}') > 0
    start_simulator()
    eventually(lambda: len(in_state(postal, hoa, "delivered")()) == 3, seconds=40)
    eventually(lambda: postal.metric("postal_waiting_for_carrier") == 0)
