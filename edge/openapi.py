"""The OpenAPI 3.1 description of the platform, from the services' tables of operations."""

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from chassis.api import Download, Operation, Upload
from chassis.authority import PEOPLE, ROLES, Access
from chassis.schemas import Schema
from chassis.texts import Language, Text
from edge import openapi_parts as parts
from edge.openapi_fields import teach, wire_name
from edge.operations import PREFIX
from edge.services import Tables

_ACCESS = Text("Người được gọi: {who}.", "Who may call: {who}.")
_ANYONE = Text("Ai cũng gọi được.", "Anyone may call this.")
_ROLES = Text("{kinds} có vai trò {roles}", "{kinds} with the role {roles}")
_KINDS = {
    "citizen": Text("công dân", "citizens"),
    "business": Text("doanh nghiệp", "businesses"),
    "official": Text("cán bộ", "officials"),
}


class Description:
    """Builds the document in one language."""

    def __init__(self, tables: Tables, language: Language, public_url: str) -> None:
        self._language, self._names = language, dict[str, type[Schema]]()
        self._service = ""
        marshmallow = MarshmallowPlugin(schema_name_resolver=self._name_of)
        self._spec = APISpec(
            "Một Cửa",
            "1",
            "3.1.0",
            plugins=[marshmallow],
            info={"description": parts.ABOUT.render(language)},
            servers=[{"url": public_url or "/"}],
        )
        assert marshmallow.converter is not None
        self._converter = marshmallow.converter
        teach(self._converter, language)
        parts.add(self._spec, language)
        for service, operations in tables.items():
            self._service = service
            self._spec.tag({"name": service})
            for operation in operations:
                self._add(operation)

    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = self._spec.to_dict()
        for schema in document["components"]["schemas"].values():
            # Answers may gain fields; what a request may not contain is said at the request.
            schema.pop("additionalProperties", None)
        return document

    def _name_of(self, schema: Any) -> str | None:
        """Two services may have schemas of one name, so the name says whose it is."""
        kind: type[Schema] = schema if isinstance(schema, type) else type(schema)
        package, _, rest = kind.__module__.partition(".")
        service = rest.partition(".")[0] if package == "services" else self._service
        name = f"{service}.{kind.__name__}"
        # A second class of the same name (two pages of one item) is written out in place.
        return name if self._names.setdefault(name, kind) is kind else None

    def _add(self, operation: Operation) -> None:
        vi, en = operation.summary
        description: dict[str, Any] = {
            "operationId": operation.rpc,
            "tags": [self._service],
            "summary": vi if self._language == "vi" else en,
            "description": _who(operation.allow, self._language),
            "security": [{}, {"bearer": []}] if operation.allow.anonymous else [{"bearer": []}],
            "parameters": self._parameters(operation),
            "responses": self._responses(operation),
        }
        if operation.reads_body:
            description["requestBody"] = self._body(operation)
        path = PREFIX + str(operation.path)
        self._spec.path(path=path, operations={str(operation.method).lower(): description})

    def _parameters(self, operation: Operation) -> list[Any]:
        schema = operation.takes.instance()
        found: list[Any] = []
        for name, field in schema.fields.items():
            in_path = name in operation.path_parameters
            if not in_path and operation.reads_body:
                continue
            described = _never_null(self._converter.field2property(field))
            parameter = {
                "name": wire_name(name, field),
                "in": "path" if in_path else "query",
                "required": in_path or field.required,
                "schema": described,
            }
            if "description" in described:
                parameter["description"] = described.pop("description")
            found.append(parameter)
        # apispec turns the bare names of components into references.
        return found + _headers_taken(operation)

    def _body(self, operation: Operation) -> dict[str, Any]:
        if isinstance(operation, Upload):
            return parts.upload_body(operation.media_types)
        schema = operation.takes(exclude=operation.path_parameters)
        shape = self._converter.schema2jsonschema(schema)
        required = bool(shape.get("required"))
        return {"required": required, "content": {"application/json": {"schema": shape}}}

    def _responses(self, operation: Operation) -> dict[str, Any]:
        success: dict[str, Any] = {
            "description": parts.SUCCESS.render(self._language),
            "headers": {name: name for name in _headers_given(operation)},
        }
        if isinstance(operation, Download):
            success["content"] = parts.FILE_CONTENT
        elif operation.status != 204:
            success["content"] = {"application/json": {"schema": operation.gives}}
        responses: dict[str, Any] = {str(operation.status): success}
        for status in _failures(operation):
            responses[str(status)] = parts.problem_name(status)
        return responses


def _never_null(described: dict[str, Any]) -> dict[str, Any]:
    """Outside JSON there is no null: what may be null may be left out."""
    if described.get("default", ...) is None:
        del described["default"]
    if isinstance(described.get("type"), list):
        (described["type"],) = (kind for kind in described["type"] if kind != "null")
    if "enum" in described:
        described["enum"] = [value for value in described["enum"] if value is not None]
    return described


def _headers_taken(operation: Operation) -> list[str]:
    found = ["Accept-Language"]
    if operation.needs_key:
        found.append("Idempotency-Key")
    if operation.if_match:
        found.append("If-Match")
    if operation.method == "GET" and (operation.etag or operation.cache):
        found.append("If-None-Match")
    return found


def _headers_given(operation: Operation) -> list[str]:
    found = ["RateLimit", "RateLimit-Policy"]
    if operation.etag or (operation.method == "GET" and operation.cache):
        found.append("ETag")
    if operation.location:
        found.append("Location")
    return found


def _failures(operation: Operation) -> list[int]:
    found = {400, 422, 429, 500, 503, 504}
    if not operation.allow.anonymous:
        found |= {401, 403}
    if operation.path_parameters:
        found.add(404)
    if operation.method != "GET":
        found.add(409)
    if operation.reads_body:
        found |= {408, 413, 415}
    if operation.if_match:
        found |= {412, 428}
    if operation.method == "GET" and (operation.etag or operation.cache):
        found.add(304)
    return sorted(found)


def _who(allow: Access, language: Language) -> str:
    if allow.anonymous:
        return _ANYONE.render(language)
    who = [_KINDS[kind].render(language) for kind in PEOPLE if kind in allow.cells]
    held = [role for role in ROLES if role in allow.cells]
    if held:
        officials = _KINDS["official"].render(language)
        named = {"kinds": officials, "roles": held}
        who.append(officials if len(held) == len(ROLES) else _ROLES.render(language, named))
    return _ACCESS.render(language, {"who": ", ".join(who)})
