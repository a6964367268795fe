"""Texts the platform writes itself, in Vietnamese and English."""

from dataclasses import dataclass
from typing import Any, Literal

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Text:
    vi: str
    en: str

    def render(self, language: Language, values: dict[str, Any] | None = None) -> str:
        template = self.vi if language == "vi" else self.en
        return template.format_map(_Lenient(values)) if values else template


class _Lenient(dict[str, Any]):
    """A missing value must not turn an error message into another error."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__({key: _shown(value) for key, value in values.items()})

    def __missing__(self, key: str) -> str:
        return "…"


def _shown(value: Any) -> Any:
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(item) for item in value)
    return value
