"""The results of a procedure and their codes."""

import re
from typing import Any

from services.catalogue.importing import cleaning
from services.catalogue.importing.remarks import Remarks

_REGULAR = re.compile(r"KQ\.[A-Z]\d{2}\.\d{6}")
#: A code ends where the next result's name begins, glued to it: after the digits of the known shapes,
#: else at the first letter that cannot belong to a code.
_CODE = re.compile(
    r"Mã:\s*(KQ\.[A-Z]\d{2}\.\d+|000\.00\.00\.[A-Z]\d{2}-KQ\d+|[A-Z]\d{2}-[A-Z]{2}\d+\.\d+|[\w.-]+)"
)


def read_results(row: dict[str, Any], remarks: Remarks) -> list[dict[str, str | None]]:
    """Names and codes; a code of another shape is kept and reported."""
    text = cleaning.line(row["ket_qua_xu_ly"])
    results = _from_text("" if cleaning.absent(text) else text)
    if not any(result["code"] for result in results):
        codes = [cleaning.line(code) for code in row["_result_codes"]]
        results += [{"code": code, "name": None} for code in codes if code]
    if not results:
        remarks.add("no-result", "the row names no result")
    for result in results:
        if result["code"] is None:
            remarks.add("result-without-code", f"no code for: {result['name']}")
        elif not _REGULAR.fullmatch(result["code"]):
            remarks.add("result-code-irregular", f"{result['code']!r} is kept as it is")
    return results


def _from_text(text: str) -> list[dict[str, str | None]]:
    results: list[dict[str, str | None]] = []
    at = 0
    for code in _CODE.finditer(text):
        results.append({"code": code[1], "name": text[at : code.start()].strip(" ;") or None})
        at = code.end()
    rest = text[at:].strip(" ;")
    return results + ([{"code": None, "name": rest}] if rest else [])
