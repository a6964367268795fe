"""Events: what a service publishes, and tolerant readers of what it consumes (CloudEvents 1.0 JSON)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from marshmallow import missing

from chassis import fields
from chassis.schemas import Schema, Tolerant

TYPE_PREFIX = "vn.motcua."


class Published(Schema):
    """An event of this service. `consumed`: some service reads it, so it may never be lost unrouted.

    `retired`: a version not said any more, which may still lie in a queue and is described for those who read it.
    Every field must be given, unless it has a `load_default`: its readers count on it.
    """

    type: ClassVar[str]
    consumed: ClassVar[bool] = False
    retired: ClassVar[bool] = False

    @classmethod
    def show(cls, value: Any) -> Any:
        shown = super().show(value)
        if lacking := ", ".join(_lacking(cls.instance(), shown)):
            raise TypeError(f"{cls.type} lacks {lacking}")
        return shown


class Consumed(Tolerant):
    """Another service's event, with only the fields that are needed here."""

    type: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Meta:
    id: str
    type: str
    subject: str
    sequence: int
    time: datetime
    traceparent: str | None = None


class Event:
    """An event as a handler sees it: its fields as attributes, and `meta`."""

    def __init__(self, meta: Meta, values: dict[str, Any]) -> None:
        self.meta = meta
        self._values = values

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._values.get(name)

    @property
    def values(self) -> dict[str, Any]:
        return self._values

    @classmethod
    def read(cls, reader: type[Consumed], body: dict[str, Any]) -> "Event":
        """From a CloudEvents JSON object."""
        meta = Meta(
            id=str(UUID(body["id"])),
            type=body["type"],
            subject=body["subject"],
            sequence=int(body["sequence"]),
            time=datetime.fromisoformat(body["time"]),
            traceparent=body.get("traceparent"),
        )
        return cls(meta, reader.read(body["data"]))


def _lacking(schema: Any, shown: dict[str, Any], where: str = "") -> Iterator[str]:
    for key, field in ((field.data_key, field) for field in schema.fields.values()):
        value = shown.get(key)
        if value is None:
            given = key in shown and field.allow_none
            if not given and field.load_default is missing:
                yield where + key
        elif isinstance(field, fields.Object):
            yield from _lacking(field.schema, value, f"{where}{key}.")
        elif isinstance(field, fields.Items) and isinstance(field.inner, fields.Object):
            for item in value:
                yield from _lacking(field.inner.schema, item, f"{where}{key}.")


def source_of(event_type: str) -> str:
    """`vn.motcua.dossier.submitted.v1` -> `dossier`."""
    return event_type.removeprefix(TYPE_PREFIX).split(".", 1)[0]
