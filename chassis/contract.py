"""A service's contract as JSON Schema, from its schemas: what it can be asked, what it says, what it reads.

Committed under `services/<name>/contract/`; the tests compare it with the code, with the other services'
contracts and with its own past.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from marshmallow import RAISE, missing
from marshmallow import Schema as MarshmallowSchema

from chassis import fields
from chassis.api import Operation
from chassis.authority import named
from chassis.events import Consumed, Published
from chassis.inbox import EventEntrypoint
from chassis.rpc import RpcEntrypoint
from chassis.runner import entrypoints
from chassis.schemas import Schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_INNERMOST = re.compile(r"[\[{]\n[^\[\]{}]*[\]}]")
SERVICES = Path(__file__).resolve().parents[1] / "services"


@dataclass(frozen=True, slots=True)
class Side:
    """Who uses a schema decides what it promises: which fields are surely there, and whether others may be."""

    surely: Callable[[Any], bool]
    closed: bool = False


REQUEST = Side(lambda field: bool(field.required), closed=True)
ANSWER = Side(lambda _field: False)
EVENT = Side(lambda field: field.load_default is missing)
READER = Side(lambda field: bool(field.required))


def write(service: str) -> None:
    """Generate the contract and write it to its files."""
    folder = SERVICES / service / "contract"
    folder.mkdir(exist_ok=True)
    for name, part in generate(service).items():
        (folder / f"{name}.json").write_text(printed(part))


def printed(part: dict[str, Any]) -> str:
    """Indented, with what is innermost on one line, so that a field is a line in a review."""
    text = json.dumps(part, ensure_ascii=False, indent=1, sort_keys=True)
    return _INNERMOST.sub(lambda found: re.sub(r"\s*\n\s*", " ", found[0]), text) + "\n"


def services() -> list[str]:
    """Every service there is."""
    return sorted(door.parent.name for door in SERVICES.glob("*/service.py"))


def generate(service: str) -> dict[str, dict[str, Any]]:
    """{"rpc": …, "events": …}"""
    doors = list(entrypoints(service))
    operations = [entry.operation for entry in doors if isinstance(entry, RpcEntrypoint)]
    readers = [entry.reader for entry in doors if isinstance(entry, EventEntrypoint)]
    return {
        "rpc": {
            "$schema": DIALECT,
            "title": f"What {service} can be asked",
            "operations": {operation.rpc: _operation(operation) for operation in operations},
        },
        "events": {
            "$schema": DIALECT,
            "title": f"What {service} says, and what it reads of others",
            "publishes": {event.type: _published(event) for event in published(service)},
            "consumes": {reader.type: _consumed(reader) for reader in readers},
        },
    }


def published(service: str) -> list[type[Published]]:
    """The kinds of event a service publishes."""
    for module in ("events", "retired_events"):
        if find_spec(f"services.{service}.{module}"):
            import_module(f"services.{service}.{module}")
    package = f"services.{service}."
    kinds = {kind for kind in _descendants(Published) if kind.__module__.startswith(package)}
    return sorted((kind for kind in kinds if "type" in vars(kind)), key=lambda kind: kind.type)


def _descendants(kind: type[Published]) -> Iterator[type[Published]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)


def _operation(operation: Operation) -> dict[str, Any]:
    http = {"method": operation.method, "path": operation.path} if operation.method else None
    return {
        "http": http,
        "allow": {who: named(reach) for who, reach in operation.allow.cells.items()},
        "request": describe(operation.takes, REQUEST),
        "answer": describe(operation.gives, ANSWER),
    }


def _published(event: type[Published]) -> dict[str, Any]:
    given = describe(event, EVENT)
    return {"consumed": event.consumed, "data": given}


def _consumed(reader: type[Consumed]) -> dict[str, Any]:
    return {"data": describe(reader, READER)}


def describe(schema: type[Schema] | MarshmallowSchema, side: Side) -> dict[str, Any]:
    """JSON Schema of an object as one side may count on it."""
    shape = schema.instance() if isinstance(schema, type) else schema
    described: dict[str, Any] = {
        "type": "object",
        "properties": {str(field.data_key): _field(field, side) for field in shape.fields.values()},
    }
    if surely := sorted(str(field.data_key) for field in shape.fields.values() if side.surely(field)):
        described["required"] = surely
    if side.closed and shape.unknown == RAISE:
        described["additionalProperties"] = False
    return described


def _field(field: Any, side: Side) -> dict[str, Any]:
    described = {key: value for key, value in _kind(field, side).items() if value is not None}
    if rules := sorted(check.code for check in field.validators if isinstance(check, fields.Rule)):
        described["$comment"] = "rules: " + ", ".join(rules)
    if field.allow_none:
        described["type"] = [described["type"], "null"]
        if "enum" in described:
            described["enum"] = [*described["enum"], None]
    return described


def _kind(field: Any, side: Side) -> dict[str, Any]:
    match field:
        case fields.Code():
            return {"type": "string", "maxLength": field.max, "pattern": f"^(?:{field.pattern})$"}
        case fields.Text():
            return {"type": "string", "maxLength": field.max, "minLength": field.min or None}
        case fields.Verbatim():
            return {"type": "string", "maxLength": field.max}
        case fields.Secret():
            return {"type": "string", "maxLength": field.max, "writeOnly": True}
        case fields.Integer():
            return {"type": "integer", "minimum": field.min, "maximum": field.max}
        case fields.Choice():
            return {"type": "string", "enum": list(field.choices)}
        case fields.Items():
            items = _field(field.inner, side)
            return {"type": "array", "items": items, "minItems": field.min or None, "maxItems": field.max}
        case fields.Object():
            return describe(field.schema, side)
    for kind, described in _PLAIN.items():
        if isinstance(field, kind):
            return dict(described)
    raise TypeError(f"{field.name}: a contract cannot tell what a {type(field).__name__} is")


_PLAIN: dict[type, dict[str, Any]] = {
    fields.Number: {"type": "number"},
    fields.Boolean: {"type": "boolean"},
    fields.Day: {"type": "string", "format": "date"},
    fields.Moment: {"type": "string", "format": "date-time"},
    fields.Id: {"type": "string", "format": "uuid"},
    fields.Map: {"type": "object"},
}


def main(names: Iterable[str]) -> int:
    for service in names:
        write(service)
        print(f"services/{service}/contract")
    return 0
