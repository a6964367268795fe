"""What services tell each other without being asked by a person names nobody: ids, and texts that are about no one.

A text, or a field whose name sounds like a person's, needs a reason here; who cannot give one sends an id instead.
"""

import re
from collections.abc import Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from chassis import contract, fields
from chassis.api import Operation
from chassis.events import Published
from chassis.schemas import Schema
from chassis.work import Work

SERVICES = contract.services()
#: Whoever's they are, they tell nothing of them by themselves.
HARMLESS = (
    fields.Id,
    fields.Integer,
    fields.Number,
    fields.Boolean,
    fields.Day,
    fields.Moment,
    fields.Choice,
)
PERSONAL = re.compile(
    r"name|phone|tel\b|address|mail|birth|identity|passport|personal|signed|recipient|payer|reason|note|comment|text"
)

_CODE = "a code of a list"
_OFFICIAL = "a text of the catalogue, published for everybody"
_NUMBER = "a number of ours, which tells of nobody"
#: An official's reading of personal data (`chassis.reads`).
_READING = {**dict.fromkeys(("agency", "roles", "purpose"), _CODE), "reference": _NUMBER}
REASONS = {
    "identity": {
        "kid": "a thumbprint of a public key",
        "public_jwk": "a public key of the platform itself",
        "holder": "an account's or a session's id, and which of both it is",
    },
    "catalogue": {
        **dict.fromkeys(("code", "agency", "parent", "merged_into", "kind", "field", "level", "acr"), _CODE),
        **dict.fromkeys(("name", "name_en", "receiving"), _OFFICIAL),
        **dict.fromkeys(("channels.channel", "channels.time_unit", "fees.channel", "fees.collect"), _CODE),
        **dict.fromkeys(("papers.code", "fees.code", "fees.kind", "fees.per", "results.code"), _CODE),
        **dict.fromkeys(("steps.code", "steps.role"), _CODE),
        **dict.fromkeys(("papers.name", "papers.name_en", "fees.name", "fees.name_en"), _OFFICIAL),
        **dict.fromkeys(("results.name", "steps.name", "steps.name_en"), _OFFICIAL),
    },
    "dossier": {
        **_READING,
        **dict.fromkeys(("reference", "code"), _NUMBER),
        **dict.fromkeys(("procedure", "agency", "channel", "owner_kind", "papers", "state"), _CODE),
        **dict.fromkeys(("decision", "outcome", "on_time", "charges.code", "charges.collect"), _CODE),
        **dict.fromkeys(("procedure_name", "charges.name", "charges.name_en"), _OFFICIAL),
        "description": "the dossier's code and the procedure's name",
    },
    "payment": {
        **_READING,
        "collect": _CODE,
        "receipt": _NUMBER,
        "code": "the gateway's code for the outcome",
    },
    "postal": {**_READING, "tracking": "the carrier's number of a parcel", "state": _CODE},
    "feedback": {
        **_READING,
        **dict.fromkeys(("agency", "procedure", "subject", "ground"), _CODE),
        "reference": _NUMBER,
        "points": "points by indicator",
    },
}
#: What a service may be told of a person when it asks, and why.
ASKED_FOR = {"find_recipient": "to whom the post brings a result: asked by postal for one dossier (ADR 13)"}


def telling(schema: Any, where: str = "") -> Iterator[str]:
    """The fields that may tell who somebody is, by their path."""
    for name, field in schema.fields.items():
        inner = field.inner if isinstance(field, fields.Items) else field
        if isinstance(inner, fields.Object):
            yield from telling(inner.schema, f"{where}{name}.")
        elif PERSONAL.search(name) or not isinstance(inner, HARMLESS):
            yield where + name


def _for_services_alone(operation: Operation) -> bool:
    return all(who.partition(":")[0] == "service" for who in operation.allow.cells)


def said(service: str) -> list[type[Published]]:
    return [event for event in contract.published(service) if not event.retired]


@pytest.mark.parametrize("service", SERVICES)
def test_events_tell_of_nobody(service: str) -> None:
    told = {(event.type, path) for event in said(service) for path in telling(event.instance())}
    assert [one for one in sorted(told) if one[1] not in REASONS[service]] == []


@pytest.mark.parametrize("service", SERVICES)
def test_what_other_services_may_ask_tells_of_nobody(service: str) -> None:
    table = import_module(f"services.{service}.api").OPERATIONS
    told = {
        (operation.rpc, path.removeprefix("items.data."))
        for operation in table
        if _for_services_alone(operation) and operation.rpc not in ASKED_FOR
        for path in telling(operation.gives.instance())
    }
    known = REASONS[service].keys() | {"next", "items.subject"}
    assert [one for one in sorted(told) if one[1] not in known] == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_reason_is_needed(service: str) -> None:
    told = {path for event in said(service) for path in telling(event.instance())}
    assert set(REASONS[service]) - told == set()


class Line(Schema):
    note = fields.Text()


class Telling(Published):
    type = "vn.motcua.shop.told.v1"

    id = fields.Id()
    at = fields.Moment()
    owner_name = fields.Text()
    birth_date = fields.Day()
    phone_number = fields.Integer()
    recipient = fields.Map()
    lines = fields.Items(fields.Object(Line))
    words = fields.Items(fields.Text())


def test_what_tells_of_people_is_found() -> None:
    found = {"owner_name", "birth_date", "phone_number", "recipient", "lines.note", "words"}
    assert set(telling(Telling.instance())) == found


def test_a_version_that_told_of_people_cannot_be_said_any_more() -> None:
    retired = [event for service in SERVICES for event in contract.published(service) if event.retired]
    assert retired
    work = Work(SimpleNamespace())  # type: ignore[arg-type]
    for event in retired:
        assert set(telling(event.instance())) - REASONS[event.type.split(".")[2]].keys()
        with pytest.raises(TypeError, match="not said any more"):
            work.emit(event, subject="s", data={})
