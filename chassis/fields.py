"""The kinds of field the platform speaks in, with limits and messages in both languages."""

import math
import re
import unicodedata
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from marshmallow import ValidationError, fields

from chassis.faults import Fault
from chassis.texts import Text as Words

#: What a database column can hold.
MIN_INTEGER, MAX_INTEGER = -(2**63), 2**63 - 1
MAX_MAP_DEPTH = 8
MAX_MAP_VALUES = 2_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BUILT_IN = {"required": "required", "null": "null", "validator_failed": "invalid"}


class Rule:
    """A validator made of a predicate and the words for when it does not hold."""

    def __init__(self, holds: Callable[[Any], bool], code: str, vi: str, en: str) -> None:
        self.holds, self.code, self.words = holds, code, Words(vi, en)

    def __call__(self, value: Any) -> None:
        if not self.holds(value):
            raise ValidationError(Fault(self.code, self.words))


class _Field(fields.Field[Any]):
    def make_error(self, key: str, **kwargs: Any) -> ValidationError:
        return ValidationError(Fault(_BUILT_IN.get(key, key), **kwargs))

    def _refuse(self, code: str, **values: Any) -> ValidationError:
        return ValidationError(Fault(code, **values))


class Text(_Field):
    """Text, NFC-normalised and stripped."""

    def __init__(self, *, min: int = 0, max: int = 2_000, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.min, self.max = min, max

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self._refuse("not-a-text")
        if len(value) > 4 * self.max + 64:
            raise self._refuse("too-long", max=self.max)
        text = unicodedata.normalize("NFC", value).strip()
        if _CONTROL.search(text):
            raise self._refuse("control-character")
        if len(text) < max(self.min, 1 if self.required else 0):
            raise self._refuse("too-short", min=max(self.min, 1))
        if len(text) > self.max:
            raise self._refuse("too-long", max=self.max)
        return text


class Secret(_Field):
    """A password: never stripped, never normalised away."""

    def __init__(self, *, max: int = 1_024, **kwargs: Any) -> None:
        super().__init__(load_only=True, **kwargs)
        self.max = max

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self._refuse("not-a-text")
        if not value or len(value) > self.max:
            raise self._refuse("too-long" if value else "too-short", max=self.max, min=1)
        return value


class Verbatim(_Field):
    """Text of another protocol: limited in length, otherwise exactly as it came."""

    def __init__(self, *, max: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max = max

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self._refuse("not-a-text")
        if len(value) > self.max:
            raise self._refuse("too-long", max=self.max)
        return value


class Code(Text):
    """A text that must match a pattern as a whole; `says` is the rule in words, for who breaks it."""

    def __init__(self, pattern: str, *, says: Words | None = None, max: int = 100, **kwargs: Any) -> None:
        super().__init__(max=max, **kwargs)
        self.pattern, self.says = pattern, says
        self._matches = re.compile(pattern).fullmatch

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not self._matches(text):
            raise ValidationError(Fault("bad-format", self.says))
        return text


class Integer(_Field):
    def __init__(self, *, min: int | None = None, max: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.min, self.max = min, max

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        number = self._whole(value)
        lowest = MIN_INTEGER if self.min is None else self.min
        highest = MAX_INTEGER if self.max is None else self.max
        if number < lowest:
            raise self._refuse("too-small", min=lowest)
        if number > highest:
            raise self._refuse("too-big", max=highest)
        return number

    def _whole(self, value: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        # Query parameters arrive as text.
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
            return int(value)
        raise self._refuse("not-an-integer")


class Money(Integer):
    """Whole đồng."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min=kwargs.pop("min", 0), max=kwargs.pop("max", 10**15), **kwargs)


class Number(_Field):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self._refuse("not-a-number")
        return value


class Boolean(_Field):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return bool(value == "true")
        raise self._refuse("not-a-boolean")


class Day(_Field):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        raise self._refuse("not-a-day")

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value


class Moment(_Field):
    """An aware time; kept and sent in UTC."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            pass
        raise self._refuse("not-a-moment")

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        if not isinstance(value, datetime):
            return value
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Id(_Field):
    """A UUID, as lower-case text."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        try:
            return str(uuid.UUID(value))
        except (TypeError, ValueError, AttributeError):
            raise self._refuse("not-an-id") from None


class Choice(_Field):
    def __init__(self, *choices: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = choices

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if value not in self.choices:
            raise self._refuse("not-a-choice", choices=list(self.choices))
        return str(value)


class Items(fields.List[Any], _Field):
    """A list, limited in length."""

    def __init__(self, inner: Any, *, min: int = 0, max: int = 200, **kwargs: Any) -> None:
        super().__init__(inner, **kwargs)
        self.min, self.max = min, max

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self._refuse("not-a-list")
        if len(value) > self.max:
            raise self._refuse("too-many", max=self.max)
        items = super()._deserialize(value, attr, data, **kwargs)
        if len(items) < self.min:
            raise self._refuse("too-few", min=self.min)
        return items


class Object(fields.Nested, _Field):
    """Another schema inside this one."""

    def make_error(self, key: str, **kwargs: Any) -> ValidationError:
        return ValidationError(Fault("not-an-object" if key == "type" else _BUILT_IN.get(key, key)))


class Map(_Field):
    """A free JSON object (an e-form's answers), limited in size and depth."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise self._refuse("not-an-object")
        cleaned: dict[str, Any] = self._clean(value, (), [MAX_MAP_VALUES])
        return cleaned

    def _clean(self, value: Any, path: tuple[Any, ...], budget: list[int]) -> Any:
        budget[0] -= 1
        if len(path) > MAX_MAP_DEPTH or budget[0] < 0:
            raise self._refuse("too-deep")
        if isinstance(value, str):
            return _storable(value, path)
        if isinstance(value, Mapping):
            cleaned = {
                _storable(key, (*path, key)): self._clean(inner, (*path, key), budget)
                for key, inner in value.items()
            }
            if len(cleaned) != len(value):
                # The same name twice, once composed and once not: one value would be lost.
                raise _fault_at(path, Fault("repeated-name"))
            return cleaned
        if isinstance(value, list):
            return [self._clean(inner, (*path, at), budget) for at, inner in enumerate(value)]
        if isinstance(value, int | float):
            # PostgreSQL's JSON keeps any number, but nobody could read it again.
            if value > MAX_INTEGER:
                raise _fault_at(path, Fault("too-big", max=MAX_INTEGER))
            if value < MIN_INTEGER:
                raise _fault_at(path, Fault("too-small", min=MIN_INTEGER))
        return value


def _storable(text: str, path: tuple[Any, ...]) -> str:
    """The text, NFC-normalised; NUL, which PostgreSQL's JSON cannot hold, is refused at its place in the object."""
    if "\x00" not in text:
        return unicodedata.normalize("NFC", text)
    raise _fault_at(path, Fault("control-character"))


def _fault_at(path: tuple[Any, ...], fault: Fault) -> ValidationError:
    """The error of one place inside a free object."""
    nested: Any = [fault]
    for key in reversed(path):
        nested = {key: nested}
    return ValidationError(nested)
