"""The parameters of a protocol request: each once, none empty, no control characters."""

from collections.abc import Iterable
from dataclasses import dataclass

from authlib.oauth2.rfc6749 import InvalidRequestError


@dataclass(frozen=True, slots=True)
class Parameters:
    values: dict[str, str]
    #: Names that came more than once.
    repeated: frozenset[str]
    #: Names whose value has characters that no parameter has.
    unreadable: frozenset[str]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> "Parameters":
        values: dict[str, str] = {}
        repeated, unreadable = set(), set()
        for name, value in pairs:
            # RFC 6749, 3.1: a parameter without a value is one that was left out.
            if not value:
                continue
            if name in values:
                repeated.add(name)
            elif any(ord(char) < 32 and char not in "\t\r\n" for char in value):
                unreadable.add(name)
            else:
                values[name] = value
        return cls(values, frozenset(repeated), frozenset(unreadable))

    def get(self, name: str) -> str | None:
        """The value when it came exactly once and can be read."""
        return None if name in self.repeated | self.unreadable else self.values.get(name)

    def require_sound(self) -> None:
        if self.repeated:
            raise InvalidRequestError("A parameter was sent more than once.")
        if self.unreadable:
            raise InvalidRequestError("A parameter has characters that are not allowed.")
