"""Schemas: what comes in and goes out. Python names are snake_case, wire names camelCase."""

from collections.abc import Collection
from typing import Any

from marshmallow import EXCLUDE, RAISE, ValidationError, missing
from marshmallow import Schema as MarshmallowSchema
from marshmallow.fields import Field

from chassis import fields
from chassis.errors import PreconditionFailed, ValidationFailed, camel
from chassis.faults import Fault, field_errors


class Command:
    """What a caller asks for, validated: fields as attributes, plus how it was asked."""

    def __init__(
        self, values: dict[str, Any], id: str | None = None, if_match: Collection[int] | None = None
    ) -> None:
        self._values = values
        self._if_match = if_match
        self._own: dict[str, str | None] = {"id": id}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        # A field wins over the meta value of the same name (a path parameter called `id`).
        if name in self._values:
            return self._values[name]
        if name in self._own:
            return self._own[name]
        return None

    @property
    def command_id(self) -> str | None:
        """The idempotency key, even when a field is called `id`."""
        return self._own["id"]

    def require_current(self, version: int) -> None:
        """Raise PreconditionFailed unless the caller acts on this version, or on whatever there is."""
        if self._if_match is not None and version not in self._if_match:
            raise PreconditionFailed(version=version)

    @property
    def values(self) -> dict[str, Any]:
        return self._values

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def get(self, name: str, default: Any = None) -> Any:
        return self._values.get(name, default)


class Schema(MarshmallowSchema):
    class Meta:
        unknown = RAISE

    error_messages = {  # noqa: RUF012 - marshmallow's own declaration is not a ClassVar
        "unknown": Fault("unknown-field"),
        "type": Fault("not-an-object"),
    }

    def on_bind_field(self, field_name: str, field_obj: Field[Any]) -> None:
        if field_obj.data_key is None:
            field_obj.data_key = camel(field_name)

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:
        # No schema here has hooks, and a dict needs no accessor: asking marshmallow for both doubles what a page costs.
        if many or not isinstance(obj, dict):
            return super().dump(obj, many=many)
        shown: dict[str, Any] = {}
        for name, field in self.dump_fields.items():
            value = obj.get(name, field.dump_default)
            if value is not missing:
                shown[field.data_key or name] = field._serialize(value, name, obj)
        return shown

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        # Marshmallow would find the methods of a dict: one without the key "items" still has `items`.
        return obj.get(attr, default) if isinstance(obj, dict) else super().get_attribute(obj, attr, default)

    @classmethod
    def instance(cls) -> "Schema":
        """One shared instance per class: building a schema costs more than using it."""
        cached = cls.__dict__.get("_instance")
        if cached is None:
            cached = cls()
            setattr(cls, "_instance", cached)  # noqa: B010 - a class attribute mypy need not know
        return cached

    @classmethod
    def read(cls, payload: Any) -> dict[str, Any]:
        """Validate, or raise ValidationFailed with every field error at once."""
        try:
            loaded: dict[str, Any] = cls.instance().load(payload)
        except ValidationError as error:
            raise ValidationFailed(field_errors(error.messages)) from None
        return loaded

    @classmethod
    def show(cls, value: Any) -> Any:
        return cls.instance().dump(value)


class Tolerant(Schema):
    """A reader that ignores what it does not know."""

    class Meta:
        unknown = EXCLUDE


class Nothing(Schema):
    """No fields at all."""


class ActedView(Schema):
    """Who did it for the owner, and as what."""

    id = fields.Id()
    #: Where names are kept.
    name = fields.Text()
    acts_as = fields.Choice("representative", "delegate", "guardian", "helper")
    #: A helper's.
    agency = fields.Text(allow_none=True)


class PageQuery(Schema):
    limit = fields.Integer(min=1, max=100, load_default=20)
    cursor = fields.Text(max=500, load_default=None, allow_none=True)


class Page(Schema):
    """A page of a list and the cursor of the next one (null at the end)."""

    next = fields.Text(allow_none=True, max=500)

    @classmethod
    def of(cls, item: type[Schema]) -> type["Page"]:
        name = f"{item.__name__}Page"
        return type(name, (cls,), {"items": fields.Items(fields.Object(item))})


class Snapshot(Schema):
    """An item of a rebuild: an aggregate as one of its events would tell it now, with its newest sequence."""

    subject = fields.Text()
    sequence = fields.Integer()
    time = fields.Moment()

    @classmethod
    def page_of(cls, event: type[Schema]) -> type[Page]:
        return Page.of(type(f"{event.__name__}Snapshot", (cls,), {"data": fields.Object(event)}))
