"""What an operation is asked with: path parameters joined with the JSON body or the query."""

from typing import Any
from urllib.parse import parse_qsl

from marshmallow import fields as marshmallow_fields

from chassis.api import Operation
from chassis.errors import FieldError, ValidationFailed, camel
from chassis.faults import Fault
from edge.asked import Asked
from edge.body import Body
from edge.errors import MalformedQuery

_MAX_QUERY_FIELDS = 100


class Payload:
    """Builds the payload of one operation. Its meaning is checked by the service, in one place."""

    def __init__(self, operation: Operation) -> None:
        schema = operation.takes.instance()
        self._path = tuple(schema.fields[name].data_key or camel(name) for name in operation.path_parameters)
        self._lists = frozenset(
            field.data_key for field in schema.fields.values() if isinstance(field, marshmallow_fields.List)
        )

    async def from_body(self, asked: Asked, body: Body, parameters: list[str]) -> dict[str, Any]:
        value = await body.json(asked)
        if not isinstance(value, dict):
            raise ValidationFailed([Fault("not-an-object").at("")])
        return self.joined(value, parameters)

    def from_query(self, query: bytes, parameters: list[str]) -> dict[str, Any]:
        """Repeated names make a list where the schema has one; an empty value counts as absent."""
        values: dict[str, Any] = {}
        for name, value in _pairs(query):
            if name in self._lists:
                values.setdefault(name, []).append(value)
            else:
                # Twice the same name for a single value is refused by the service, as a list.
                values[name] = value if name not in values else [values[name], value]
        return self.joined(values, parameters)

    def joined(self, values: dict[str, Any], parameters: list[str]) -> dict[str, Any]:
        wrong = [_unknown(name) for name in self._path if name in values]
        wrong += [
            Fault("not-utf8").at(f"/{name}")
            for name, value in zip(self._path, parameters, strict=True)
            if not (value.isascii() or _is_utf8(value))
        ]
        if wrong:
            raise ValidationFailed(wrong)
        values.update(zip(self._path, parameters, strict=True))
        return values


def _pairs(query: bytes) -> list[tuple[str, str]]:
    if not query:
        return []
    try:
        return parse_qsl(query.decode("ascii"), errors="strict", max_num_fields=_MAX_QUERY_FIELDS)
    except ValueError:
        raise MalformedQuery from None


def _is_utf8(parameter: str) -> bool:
    try:
        parameter.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unknown(name: str) -> FieldError:
    return Fault("unknown-field").at(f"/{name}")
