"""The owner's record of who read their data: kept as services tell it, once, and shown to nobody else."""

from types import SimpleNamespace
from typing import Any

import pytest

from chassis import wire
from chassis.caller import Caller
from chassis.context import RequestContext
from chassis.ids import new_id
from services.identity.service import IdentityService
from tests.integration.identity.conftest import Identity

HOA, NAM = new_id(), new_id()


def read(identity: Identity, service: str = "dossier", **changes: Any) -> dict[str, Any]:
    """A service tells of a reading."""
    data = {
        "owner": HOA,
        "reader": new_id(),
        "agency": "000.00.06.H26",
        "roles": ["desk"],
        "purpose": "processing",
        "dossier": new_id(),
        "reference": "HS-1",
        "at": "2026-11-22T02:00:00Z",
    } | changes
    kind = f"vn.motcua.{service}.personal-data-read.v1"
    body = {"id": new_id(), "type": kind, "subject": data["owner"], "sequence": 1, "data": data}
    event = body | {"time": "2026-11-22T02:00:00+00:00"}
    assert hear(identity, service, event) == "applied"
    return event


def hear(identity: Identity, service: str, event: dict[str, Any]) -> str:
    door = getattr(IdentityService, f"{service}_data_read")
    return str(door(SimpleNamespace(database=identity.sessions), event).what)


def ask(identity: Identity, caller: Caller, language: Any = "vi", **query: Any) -> dict[str, Any]:
    doorkeeper = SimpleNamespace(caller=lambda _token, _language: caller, secret="test")
    service: Any = SimpleNamespace(database=identity.sessions, doorkeeper=doorkeeper)
    body = wire.decode(IdentityService.list_data_access(service, query, RequestContext(language=language)))
    return body["result"] or body["error"]["exc_args"][0]


def person(subject: str = HOA, kind: str = "citizen") -> Caller:
    return Caller(subject=subject, kind=kind)


def test_who_when_why_and_about_what(identity: Identity) -> None:
    desk = identity.create_official()
    read(identity, reader=desk["id"])
    (shown,) = ask(identity, person())["items"]
    assert shown["reader"] == {"name": "Lê Thị Hoa", "agency": "000.00.06.H26", "roles": ["desk"]}
    assert shown["purpose"] == {"code": "processing", "name": "Giải quyết hồ sơ"}
    assert (shown["at"], shown["reference"], shown["service"]) == ("2026-11-22T02:00:00Z", "HS-1", "dossier")
    (english,) = ask(identity, person(), "en")["items"]
    assert english["purpose"]["name"] == "Handling the dossier"


@pytest.mark.parametrize("service", ["dossier", "payment", "postal", "feedback"])
def test_every_service_s_readings_are_kept_once(identity: Identity, service: str) -> None:
    event = read(identity, service)
    assert hear(identity, service, event) == "repeated"
    assert [item["service"] for item in ask(identity, person())["items"]] == [service]


def test_the_newest_first_page_by_page_and_only_one_s_own(identity: Identity) -> None:
    for hour in (1, 3, 2):
        read(identity, at=f"2026-11-22T0{hour}:00:00Z", reference=f"HS-{hour}")
    read(identity, owner=NAM)
    first = ask(identity, person(), limit=2)
    second = ask(identity, person(), limit=2, cursor=first["next"])
    shown = [item["reference"] for page in (first, second) for item in page["items"]]
    assert (shown, second["next"]) == (["HS-3", "HS-2", "HS-1"], None)
    assert ask(identity, Caller(subject=HOA, kind="official", roles=frozenset({"desk"})))["status"] == 403
    assert ask(identity, Caller())["status"] == 401


def test_a_reader_nobody_knows_any_more_and_a_petition_have_their_line_too(identity: Identity) -> None:
    read(identity, "feedback", dossier=None, reference="PA-1", purpose="something-new")
    (shown,) = ask(identity, person())["items"]
    assert (shown["reader"]["name"], shown["dossier"], shown["reference"]) == (None, None, "PA-1")
    assert shown["purpose"] == {"code": "something-new", "name": "something-new"}
