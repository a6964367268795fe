"""JSON Schema for the field kinds of the chassis."""

from typing import Any

from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import fields as marshmallow_fields

from chassis import fields
from chassis.errors import camel
from chassis.texts import Language

_TYPES: tuple[tuple[type[Any], str, str | None], ...] = (
    (fields.Text, "string", None),
    (fields.Secret, "string", "password"),
    (fields.Integer, "integer", None),
    (fields.Number, "number", None),
    (fields.Boolean, "boolean", None),
    (fields.Day, "string", "date"),
    (fields.Moment, "string", "date-time"),
    (fields.Id, "string", "uuid"),
    (fields.Choice, "string", None),
    (fields.Map, "object", None),
)


def teach(converter: OpenAPIConverter, language: Language) -> None:
    """Teach apispec our fields; rules are described in `language`."""
    for field, kind, form in _TYPES:
        converter.map_to_openapi_type(field, kind, form)
    converter.add_attribute_function(_limits)

    def rules(self: Any, field: Any, **_: Any) -> dict[str, Any]:
        words = [check.words.render(language) for check in field.validators if isinstance(check, fields.Rule)]
        return {"description": " ".join(words)} if words else {}

    converter.add_attribute_function(rules)


def _limits(self: Any, field: Any, ret: dict[str, Any], **_: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if isinstance(field, fields.Text):
        found["maxLength"] = field.max
        found["minLength"] = max(field.min, 1 if field.required else 0) or None
    if isinstance(field, fields.Secret):
        found |= {"maxLength": field.max, "minLength": 1}
    if isinstance(field, fields.Code):
        found["pattern"] = f"^(?:{field.pattern})$"
    if isinstance(field, fields.Integer):
        found |= {"minimum": field.min, "maximum": field.max}
    if isinstance(field, fields.Items):
        found |= {"minItems": field.min or None, "maxItems": field.max}
    if isinstance(field, fields.Choice):
        found["enum"] = [*field.choices, *([None] if field.allow_none else [])]
    return {name: value for name, value in found.items() if value is not None}


def wire_name(name: str, field: marshmallow_fields.Field[Any]) -> str:
    return field.data_key or camel(name)
