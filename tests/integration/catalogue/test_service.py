"""The real process over the real broker: who may do what, and answers on the wire."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chassis.caller import Caller
from chassis.client import BlockingClient, RemoteFailure
from chassis.ids import new_id
from services.catalogue import starter
from tests.support.databases import FreshDatabase
from tests.support.people import Issuer, citizen, official
from tests.support.processes import Running
from tests.support.service_keys import token_of

Start = Callable[..., tuple[Running, FreshDatabase]]


class Remote:
    def __init__(self, amqp_url: str, database: FreshDatabase) -> None:
        self.client, self.issuer = BlockingClient(amqp_url), Issuer()
        sessions = database.sessions()
        self.issuer.introduce(sessions)
        starter.load(sessions, sandbox=True)

    def ask(self, method: str, caller: Caller | None = None, **query: Any) -> Any:
        token = self.issuer.token(caller) if caller else None
        return self.client.call("catalogue", method, query, token=token, command_id=new_id())


@pytest.fixture
def remote(service: Start, amqp_url: str) -> Iterator[Remote]:
    _, database = service("catalogue")
    made = Remote(amqp_url, database)
    yield made
    made.client.close()


def status(ask: Callable[[], Any]) -> int:
    with pytest.raises(RemoteFailure) as caught:
        ask()
    return int(caught.value.problem["status"])


def test_the_doors(remote: Remote, body: dict[str, Any]) -> None:
    found = remote.ask("find_procedures", q="doi giay phep lai xe")
    assert found["items"][0]["code"] == "3.000347"
    assert remote.ask("get_procedure", code="2.000635")["fees"][0]["amount"] == 8_000
    assert remote.ask("get_place", code="01")["name"] == "Thành phố Hà Nội"
    assert remote.ask("get_agency", code="H26")["place"] == "01"

    publisher = official("000.00.00.G22", "publisher")
    for refused, caller in ((401, None), (403, citizen()), (403, official("000.00.06.H26", "desk"))):
        assert status(lambda caller=caller: remote.ask("publish_version", caller, **body)) == refused
    assert remote.ask("publish_version", publisher, **body)["versionNo"] == 1
    assert status(lambda: remote.ask("procedure_snapshots", publisher)) == 403

    token = token_of("dossier", "catalogue")
    page = remote.client.call("catalogue", "procedure_snapshots", {"limit": 100}, token=token)
    assert {"1.999999", "2.000635"} <= {item["subject"] for item in page["items"]}
