"""A national export on disk: JSON lines, plain or compressed, read line by line."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from services.catalogue.importing.remarks import Remark
from services.catalogue.importing.row import Reading, Rejected, read_code, read_row

_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Unreadable(Exception):
    """The file cannot be read to its end."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row that was read, or the reason it cannot be."""

    number: int
    code: str | None
    reading: Reading | None
    remarks: list[Remark]


def count_rows(path: Path) -> int:
    """How many rows there are; reading the file once to its end shows that it is whole."""
    return sum(1 for _ in _rows(path))


def read_lines(path: Path) -> Iterator[Line]:
    """Every row with its line number; a code that came before is refused, for the first one stands."""
    first_seen: dict[str, int] = {}
    for number, raw in _rows(path):
        line = _line(number, raw)
        if line.reading is None:
            yield line
            continue
        earlier = first_seen.setdefault(line.reading.code, number)
        if earlier == number:
            yield line
        else:
            again = Remark("code-repeated", f"{line.code} stands on line {earlier} already")
            yield Line(number, line.code, None, [again])


def _line(number: int, raw: bytes) -> Line:
    code = None
    try:
        row = _parsed(raw)
        code = read_code(row)
        reading = read_row(row)
    except Rejected as refusal:
        return Line(number, code, None, [refusal.remark])
    return Line(number, code, reading, reading.remarks)


def _parsed(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Rejected("not-json", f"the line is no JSON: {error}") from None


def _rows(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with _opened(path) as file:
            for number, raw in enumerate(file, start=1):
                text = raw.removeprefix(_BYTE_ORDER_MARK) if number == 1 else raw
                if text.strip():
                    yield number, text
    except (OSError, EOFError) as error:
        raise Unreadable(f"{path}: {error}") from error


def _opened(path: Path) -> BinaryIO | gzip.GzipFile:
    with path.open("rb") as file:
        compressed = file.read(2) == _GZIP
    return gzip.open(path, "rb") if compressed else path.open("rb")
