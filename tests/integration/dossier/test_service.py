"""The real process over the real broker: told of a procedure, it takes a dossier in, and tells the others."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pika
import pytest

from chassis.caller import Caller
from chassis.client import BlockingClient, RemoteFailure
from chassis.clock import SystemClock
from chassis.events import Meta
from chassis.ids import new_id
from chassis.topology import events_exchange
from services.dossier import events
from tests.integration.dossier.world import AGENCY, FREE, procedure
from tests.support.bus import publish
from tests.support.databases import FreshDatabase
from tests.support.people import Issuer, citizen, official
from tests.support.processes import Running
from tests.support.waiting import eventually

HOA = citizen()
DRAFT = {"procedure": FREE, "agency": AGENCY}


class Client:
    """What the edge and the other services see of the dossier service."""

    def __init__(self, amqp_url: str, database: FreshDatabase) -> None:
        self.amqp_url, self.rpc, self.issuer = amqp_url, BlockingClient(amqp_url), Issuer()
        self.issuer.introduce(database.sessions())

    def call(self, method: str, caller: Caller, body: dict[str, Any], key: str | None = None) -> Any:
        return self.rpc.call(
            "dossier", method, body, token=self.issuer.token(caller), command_id=key, timeout=15
        )

    def tell(self, kind: str, subject: str, data: dict[str, Any]) -> None:
        publish(self.amqp_url, Meta(new_id(), kind, subject, 1, SystemClock().now()), data)


@pytest.fixture
def dossiers(
    service: Callable[..., tuple[Running, FreshDatabase]], amqp_url: str, start: Any
) -> Iterator[Client]:
    _, database = service("dossier")
    start(["-m", "chassis", "relay", "dossier"], DATABASE_URL=database.url)
    client = Client(amqp_url, database)
    agency = {"code": AGENCY, "name": "UBND phường Ba Đình", "validFrom": "2025-07-01"}
    client.tell(events.AgencyPublished.type, AGENCY, agency)
    client.tell(events.ProcedurePublished.type, FREE, procedure(FREE))
    yield client
    client.rpc.close()


@pytest.fixture
def heard(amqp_url: str, dossiers: Client) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What another service would hear of the dossier service's events."""
    connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
    channel = connection.channel()
    queue = channel.queue_declare("", exclusive=True).method.queue
    channel.queue_bind(queue, events_exchange("dossier"), "vn.motcua.dossier.#")
    bodies: list[dict[str, Any]] = []

    def drain() -> list[dict[str, Any]]:
        while (message := channel.basic_get(queue, auto_ack=True))[0]:
            bodies.append(json.loads(message[2]))
        return bodies

    yield drain
    connection.close()


def drafted(dossiers: Client) -> Any:
    """A draft, as soon as the news of procedure and agency have arrived."""

    def attempt() -> Any:
        try:
            return dossiers.call("create_draft", HOA, DRAFT)
        except RemoteFailure as refused:
            late = ("unknown-procedure", "unknown-agency", "procedure-not-in-force")
            assert refused.problem["code"] in late
            return None

    return eventually(attempt)


def test_from_the_catalogues_news_to_the_news_of_a_received_dossier(
    dossiers: Client, heard: Callable[[], list[dict[str, Any]]]
) -> None:
    submitted = dossiers.call("submit_dossier", HOA, {"draft": drafted(dossiers)["id"]}, key="k-1")
    desk = official(AGENCY, "desk")
    received = dossiers.call("receive_dossier", desk, {"reference": submitted["reference"]}, key="k-2")
    assert received["state"]["code"] == "received"
    told = eventually(lambda: len(heard()) == 2 and heard())
    assert [event["type"].split(".")[3] for event in told] == ["submitted", "received"]
    assert [event["sequence"] for event in told] == [1, 2]
    assert told[1]["data"]["code"] == received["code"]
    seen = dossiers.rpc.call("dossier", "track_dossier", {"code": received["code"]})
    assert seen["state"]["code"] == "received"


def test_one_dossier_however_often_a_submission_is_sent(dossiers: Client, amqp_url: str) -> None:
    draft = drafted(dossiers)["id"]
    token, answers = dossiers.issuer.token(HOA), []

    def send() -> None:
        client = BlockingClient(amqp_url)
        body = {"draft": draft}
        answers.append(
            client.call("dossier", "submit_dossier", body, token=token, command_id="same", timeout=15)
        )
        client.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6
    assert len({answer["reference"] for answer in answers}) == 1
    assert len(dossiers.call("list_dossiers", HOA, {})["items"]) == 1
