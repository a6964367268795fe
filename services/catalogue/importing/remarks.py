"""What the importer has to say about a row: doubts are kept with the data, never dropped."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Remark:
    code: str
    detail: str


@dataclass(slots=True)
class Remarks:
    """The remarks of one row, each said once."""

    items: list[Remark] = field(default_factory=list)

    def add(self, code: str, detail: str) -> None:
        remark = Remark(code, shortened(detail))
        if remark not in self.items:
            self.items.append(remark)

    def __iter__(self) -> Iterator[Remark]:
        return iter(self.items)

    @property
    def codes(self) -> list[str]:
        return [remark.code for remark in self.items]


def shortened(text: str, limit: int = 300) -> str:
    """Long excerpts would drown a report."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
