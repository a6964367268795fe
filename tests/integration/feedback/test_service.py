"""The real process over the real broker: a rating comes from a finished dossier, once per key and dossier."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chassis.caller import Caller
from chassis.client import BlockingClient, RemoteFailure
from chassis.events import Meta
from chassis.ids import new_id
from services.feedback import events
from tests.integration.feedback.support import AGENCY, ANSWERS, START
from tests.support.bus import publish
from tests.support.databases import FreshDatabase
from tests.support.people import Issuer, citizen
from tests.support.processes import Running
from tests.support.waiting import eventually

NOT_FINISHED = (409, "dossier-not-finished")


class Client:
    def __init__(self, amqp_url: str, database: FreshDatabase) -> None:
        self.amqp_url, self.rpc, self.issuer = amqp_url, BlockingClient(amqp_url), Issuer()
        self.issuer.introduce(database.sessions())

    def call(self, method: str, caller: Caller, body: dict[str, Any], key: str | None = None) -> Any:
        return self.rpc.call("feedback", method, body, token=self.issuer.token(caller), command_id=key)

    def refused(self, method: str, caller: Caller, body: dict[str, Any], key: str) -> tuple[int, str]:
        with pytest.raises(RemoteFailure) as caught:
            self.call(method, caller, body, key)
        return caught.value.problem["status"], caught.value.problem["code"]

    def tell(self, kind: str, subject: str, sequence: int, data: dict[str, Any]) -> None:
        publish(self.amqp_url, Meta(new_id(), kind, subject, sequence, START), data)


@pytest.fixture
def feedback(service: Callable[..., tuple[Running, FreshDatabase]], amqp_url: str) -> Iterator[Client]:
    made = Client(amqp_url, service("feedback")[1])
    agency = {"code": AGENCY, "name": "UBND phường Ba Đình", "nameEn": "Ba Đình Ward", "kind": "commune"}
    made.tell(events.AgencyPublished.type, AGENCY, 1, agency)
    yield made
    made.rpc.close()


def test_a_dossier_is_rated_once_whatever_the_caller_does(feedback: Client) -> None:
    hoa, dossier = citizen(), new_id()
    told = {
        "dossier": dossier,
        "reference": "HS-BCDFGHJKMNPQ",
        "procedure": "2.000635",
        "agency": AGENCY,
        "owner": hoa.subject,
    }
    body = {"dossier": "HS-BCDFGHJKMNPQ", "scores": ANSWERS}
    finish = {"code": None, "outcome": "returned", "finishedAt": "2026-11-20T03:00:00Z", "onTime": "on-time"}
    feedback.tell(events.DossierSubmitted.type, dossier, 1, told)
    eventually(lambda: feedback.refused("rate_dossier", hoa, body, new_id()) == NOT_FINISHED)
    feedback.tell(events.DossierFinished.type, dossier, 8, told | finish)

    def rated() -> Any:
        try:
            return feedback.call("rate_dossier", hoa, body, key="rate-1")
        except RemoteFailure as error:
            assert error.problem["code"] == "dossier-not-finished"
            return None

    first = eventually(rated)
    assert feedback.call("rate_dossier", hoa, body, key="rate-1") == first
    other_body = body | {"comment": "khác"}
    assert feedback.refused("rate_dossier", hoa, other_body, "rate-1") == (422, "idempotency-key-reused")
    assert feedback.refused("rate_dossier", hoa, body, "rate-2") == (409, "dossier-already-rated")
    seen = feedback.call("get_satisfaction", hoa, {"code": AGENCY})
    assert (seen["dossiers"], seen["officers"]["total"]) == (1, 9.0)
