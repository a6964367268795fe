"""What a procedure version says, whoever publishes it: defaults, and the words it is found by."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.catalogue.folding import fold, fold_title

COLUMNS = (
    "name",
    "name_en",
    "decision_number",
    "field",
    "agency",
    "level",
    "acr",
    "receiving",
    "channels",
    "papers",
    "fees",
    "results",
    "steps",
    "legal_bases",
)
#: What has no column of its own.
DETAILS = (
    "kind",
    "government_levels",
    "applicants",
    "competent",
    "implementing",
    "delegated",
    "coordinating",
    "reception_place",
    "order",
    "requirements",
    "related",
    "paper_notes",
    "source_url",
    "keywords",
    #: Papers, fees and steps were set here, not read from an export.
    "curated",
)

STEPS: tuple[dict[str, str], ...] = (
    {
        "code": "prepare",
        "name": "Thụ lý, chuẩn bị kết quả",
        "name_en": "Prepare the result",
        "role": "specialist",
    },
    {"code": "sign", "name": "Ký duyệt kết quả", "name_en": "Approve and sign", "role": "leader"},
)
_DEFAULTS: dict[str, Any] = {
    "name_en": None,
    "decision_number": None,
    "field": None,
    "level": "information",
    "acr": "low",
}


def columns(content: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a version's columns, complete."""
    values = {name: content.get(name, _DEFAULTS.get(name, [])) for name in COLUMNS}
    values["steps"] = values["steps"] or list(STEPS)
    values["details"] = {name: content[name] for name in DETAILS if content.get(name)}
    return values


def search_title(content: Mapping[str, Any]) -> str:
    return fold_title(content["name"])


def search_words(code: str, content: Mapping[str, Any]) -> list[str]:
    """Every word the procedure is found by: its name, field, results, keywords and code."""
    texts: list[str | None] = [content["name"], content.get("name_en"), content.get("field"), code]
    texts += [result.get("name") for result in content.get("results") or []]
    texts += content.get("keywords") or []
    return sorted(_words(text for text in texts if text))


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in fold(text).split()}
