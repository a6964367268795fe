"""Sealed columns of mapped classes: `name = Sealed[str]()` reads and is set as if it were a plain one.

What is set is sealed when it is bound to a statement, and what is read is opened when it is looked at: with the keys
of the engine's own service, whichever they are by then.
"""

from operator import attrgetter
from typing import Any, Generic, TypeVar, overload

import orjson
from sqlalchemy import Dialect, Engine, LargeBinary, inspect
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator

from chassis import sealing
from chassis.sealing import Keyring
from chassis.settings import BadSettings

Value = TypeVar("Value")

_KEYRING = "motcua_keyring"
_UNREAD = object()


def give_keyring(engine: Engine, keyring: Keyring) -> None:
    """Statements of this engine seal and open with it."""
    setattr(engine.dialect, _KEYRING, keyring)


def keyring_of(dialect: Dialect) -> Keyring:
    found: Keyring | None = getattr(dialect, _KEYRING, None)
    if found is None:
        raise BadSettings("this engine has no keys for personal data")
    return found


class Fresh:
    """A value on its way into the database."""

    __slots__ = ("bound_to", "value")

    def __init__(self, value: Any, bound_to: str) -> None:
        self.value, self.bound_to = value, bound_to

    def sealed(self, keyring: Keyring) -> bytes:
        return keyring.seal(orjson.dumps(self.value), self.bound_to)

    def opened(self, bound_to: str) -> Any:
        return self.value


class Stored:
    """A value as it came from the database; opened once, when it is looked at."""

    __slots__ = ("_bytes", "_keyring", "_value")

    def __init__(self, sealed: bytes, keyring: Keyring) -> None:
        self._bytes, self._keyring = sealed, keyring
        self._value: Any = _UNREAD

    def sealed(self, keyring: Keyring) -> bytes:
        return self._bytes

    def opened(self, bound_to: str) -> Any:
        if self._value is _UNREAD:
            self._value = orjson.loads(self._keyring.open(self._bytes, bound_to))
        return self._value


class SealedBytes(TypeDecorator[Any]):
    """A column of sealed values."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Fresh | Stored | None, dialect: Dialect) -> bytes | None:
        return None if value is None else value.sealed(keyring_of(dialect))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Stored | None:
        return None if value is None else Stored(value, keyring_of(dialect))


class Digest(TypeDecorator[Any]):
    """A column beside a sealed one, by which it is found: compared with plain text, it compares keyed digests."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, column: str) -> None:
        super().__init__()
        #: Which column's digests: those of two columns tell nothing of each other.
        self.column = column

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring_of(dialect).digest(value, self.column)


class Sealed(Generic[Value]):
    """A sealed column; its value is anything JSON can say. The row must have its key before."""

    def __init__(self, *, nullable: bool = False) -> None:
        self._nullable = nullable
        self._place = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name, self._column = name, f"sealed_{name}"
        setattr(owner, self._column, mapped_column(name, SealedBytes(), nullable=self._nullable))

    @overload
    def __get__(self, row: None, owner: Any) -> Any: ...
    @overload
    def __get__(self, row: Any, owner: Any) -> Value: ...
    def __get__(self, row: Any, owner: Any) -> Any:
        if row is None:
            return getattr(owner, self._column)
        held: Fresh | Stored | None = getattr(row, self._column)
        return None if held is None else held.opened(self._of(row))

    def __set__(self, row: Any, value: Value) -> None:
        held = vars(row).get(self._column)
        if held is not None and held.opened(self._of(row)) == value:
            return
        setattr(row, self._column, None if value is None else Fresh(value, self._of(row)))

    def _of(self, row: Any) -> str:
        if not self._place:
            self._learn(type(row))
        return self._place + self._key(row)

    def _learn(self, owner: type) -> None:
        mapper: Any = inspect(owner)
        keys = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
        read = [attrgetter(key) for key in keys]

        def key_of(row: Any) -> str:
            key = [one(row) for one in read]
            if None in key:
                raise TypeError("a row has its key before anything is sealed in it")
            return "/".join(map(str, key))

        table = mapper.local_table
        self._key = key_of
        self._place = sealing.place(table.metadata.info["service"], table.name, self._name, "")


def fresh(owner: Any, column: str, row: str, value: Any) -> Fresh | None:
    """A value for a statement of one's own, which goes past the mapped class."""
    if value is None:
        return None
    table = owner.__table__
    return Fresh(value, sealing.place(table.metadata.info["service"], table.name, column, row))
