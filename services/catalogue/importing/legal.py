"""The legal bases: number and title of each act, from a table that lost its borders."""

import re
from typing import Any

from services.catalogue.importing import alphabet, cleaning
from services.catalogue.importing.remarks import Remarks

_HEAD = "Tên văn bản pháp lýMã văn bản"
_ORGANS = (
    "CP|TTg|CTN|HĐBT|HĐND|UBND|VPCP|TTCP|TANDTC|VKSNDTC|BHXH|NHNN|UBDT|UBTƯMTTQVN|BCA|BXD|BTP|BTC|BGTVT|BCT|BNV|BNG"
    "|BQP|BYT|BKHCN|BGDĐT|BLĐTBXH|BTTTT|BTNMT|BNNMT|BNNPTNT|BVHTTDL|BKHĐT|BKHCNMT|BDTTG"
)
#: An organ that is not in the list: capitals up to where a capitalised word begins.
_OTHER_ORGAN = rf"[A-ZĐ]{{2,}}?(?=[A-ZĐ][{alphabet.LOWER}]|[^A-ZĐ]|$)"
_ASSEMBLY = r"(?:PL-|NQ-|NQ/)?(?:UBTVQH|QH) ?\d{1,2}"
_KINDS = "NĐ|NQ|QĐ|TTLT|TT|CT|PL|L|VBHN|SL|HD"
#: 12/2025/TT-BCA, 163/QĐ-BTP, 47/2014/QH13. A year may be glued in front ("năm 202446/2024/QH15").
_NUMBER = re.compile(
    r"(?P<year>(?:19|20)\d{2}(?=\d{1,3}[a-z]?/))?"
    rf"(?P<number>(?:\d{{1,3}}\.)?\d{{1,4}}[a-z]?\.?/(?:\d{{4}}/)?(?:{_ASSEMBLY}|(?:{_KINDS})(?:[-/] ?(?:{_ORGANS}|{_OTHER_ORGAN}))*))"
)
#: The crawler cut the page at these words wherever it met them, so columns run into one another.
_SHIFTED = re.compile(r"(?:Trực tuyến|Trực tiếp|Dịch vụ bưu chính)\d|^Cơ quan thực hiện")


def read_legal_bases(row: dict[str, Any], remarks: Remarks) -> list[dict[str, str | None]]:
    """Every act with its number, in the published order."""
    text = cleaning.line(row["can_cu_phap_ly"]).removeprefix(_HEAD).strip()
    if cleaning.absent(text):
        remarks.add("no-legal-basis", "the row names no legal basis")
        return []
    if _SHIFTED.search(text):
        remarks.add("columns-shifted", f"the legal bases hold text of other columns: {text[:200]}")
        return [{"number": None, "title": text}]
    bases, rest = _cut(text)
    if rest:
        remarks.add("legal-basis-without-number", f"no number could be read in: {rest[-200:]}")
        bases.append({"number": None, "title": rest})
    return bases


def _cut(text: str) -> tuple[list[dict[str, str | None]], str]:
    """Each title is followed by its number; a number inside a sentence belongs to the title."""
    bases: list[dict[str, str | None]] = []
    at = 0
    for number in _NUMBER.finditer(text):
        if _goes_on(text, number.end()):
            continue
        title = (text[at : number.start()] + (number["year"] or "")).strip(" .;,")
        act = number["number"].replace(" ", "")
        if not title and bases and bases[-1]["number"] == act:
            # "Luật 61/2014/QH1361/2014/QH13": the title quotes the act's own number.
            bases[-1]["title"] = f"{bases[-1]['title'] or ''} {act}".strip()
        else:
            bases.append({"number": act, "title": title or None})
        at = number.end()
    return bases, text[at:].strip(" .;,")


def _goes_on(text: str, end: int) -> bool:
    """Whether the sentence goes on behind: the number is quoted in a title, it does not close an entry."""
    return text[end : end + 1] in {" ", ",", ";", ")", ".", ":"} and bool(text[end:].strip(" .;,"))
