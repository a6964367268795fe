"""A national export on disk: JSON lines, plain or compressed, read line by line."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from services.catalogue.importing.reading import Broken, Unreadable, read_lines
from services.catalogue.importing.remarks import Remark
from services.catalogue.importing.row import Reading, Rejected, read_code, read_row

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """A row that was read, or the reason it cannot be."""

    number: int
    code: str | None
    reading: Reading | None
    remarks: list[Remark]


@dataclass(frozen=True, slots=True)
class Damage:
    """Why a file is not whole, and the row where that shows; None when no row tells."""

    line: int | None
    reason: str
    #: Whether what was read before it is as it was written: true of a file cut short, not of an altered one.
    trusted: bool


class Export:
    """One file, read once to its end to know how many rows it has and whether it is whole; then its rows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.damage: Damage | None = None
        self.total = sum(1 for _ in self._rows())
        if not self.total and self.damage is None:
            raise Unreadable(f"{path} is empty")

    def lines(self) -> Iterator[Line]:
        """Every row with its line number; a code that came before is refused, for the first one stands."""
        first_seen: dict[str, int] = {}
        for number, raw in self._rows():
            line = self._doubted(_line(number, raw))
            if line.reading is None:
                yield line
                continue
            earlier = first_seen.setdefault(line.reading.code, number)
            if earlier == number:
                yield line
            else:
                again = Remark("code-repeated", f"{line.code} stands on line {earlier} already")
                yield Line(number, line.code, None, [again])

    def _doubted(self, line: Line) -> Line:
        if self.damage is None or self.damage.trusted:
            return line
        if line.reading is not None:
            return Line(line.number, line.code, None, [_ALTERED])
        if self.damage.line is None and line.remarks[0].code == "not-json":
            self.damage = replace(self.damage, line=line.number)
        return line

    def _rows(self) -> Iterator[tuple[int, bytes]]:
        number = 0
        try:
            for number, raw in enumerate(read_lines(self._path), start=1):
                text = raw.removeprefix(_BYTE_ORDER_MARK) if number == 1 else raw
                if text.strip():
                    yield number, text
        except Broken as broken:
            # Of an altered file, a row that is no JSON tells later where.
            at = None if broken.altered else number + 1
            self.damage = self.damage or Damage(at, str(broken), trusted=not broken.altered)


#: Decoding goes on after a flipped byte, and may give a row that is well-formed and wrong.
_ALTERED = Remark(
    "file-altered", "the file's checksum does not match: this row may not be what was published"
)


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
