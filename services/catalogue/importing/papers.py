"""The papers of a dossier: what is a paper, what is only a note, and how many sheets of it."""

import re
from typing import Any

from services.catalogue.importing import alphabet, amounts, cleaning
from services.catalogue.importing.remarks import Remarks

#: More sheets than this were never asked for: the digits belong to the text before ("… năm 2023" + "1").
MOST_SHEETS = 9

_L, _A, _U = alphabet.LETTER, alphabet.LOWER, alphabet.UPPER
_EXTENSION = r"\.(?:docx?|pdf|xlsx?|odt|rar|zip|jpe?g|png)"
_FILE = re.compile(rf"{_EXTENSION}(?![{_A}])", re.IGNORECASE)
#: Where the flattened table glued the name of a form file to the title before it.
_GLUE = re.compile(
    rf"(?<=[{_A})\];:”\"])(?=[{_U}\d])"
    rf"|(?<=[{_L})\d.;][.;])(?=[{_U}][{_L}]|\d+[.-]\s?[{_U}])"
    rf"|(?<=[{_U}]{{2}})(?=[{_U}][{_A}])"
)
_CONDITION = re.compile(r"nếu có|trường hợp|đối với|tùy từng|hoặc không", re.IGNORECASE)
_NO_CASE = {"", "--"}


def read_papers(row: dict[str, Any], remarks: Remarks) -> tuple[list[dict[str, Any]], list[str]]:
    """The papers and, apart from them, the notes that were listed as papers."""
    published = cleaning.composed(row["thanh_phan_ho_so"])
    read = [_paper(entry, published, remarks) for entry in _entries(row)]
    notes = [paper["name"] for paper in read if _is_note(paper)]
    papers = [paper for paper in read if paper["name"] and not _is_note(paper)]
    if notes:
        remarks.add("notes-among-papers", f"{len(notes)} listed papers ask for no sheet: kept as notes")
    if not read:
        _say_none(published, remarks)
    numbered = [{"code": f"P{number:02d}", **paper} for number, paper in enumerate(papers, start=1)]
    return numbered, [note for note in notes if note]


def _is_note(paper: dict[str, Any]) -> bool:
    """No sheet of it is asked for, on paper or as a form."""
    return not (paper["originals"] or paper["copies"] or paper["form"])


def _entries(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The parsed papers; "01 bản sao" at the head of a title was taken for a paper of its own."""
    entries: list[dict[str, Any]] = []
    for entry in row["_papers"]:
        before = entries[-1] if entries else None
        if before and _is_severed(before) and str(entry.get("name") or "")[:1].islower():
            entries[-1] = {**entry, "name": f"{_severed_head(before)} {entry['name']}"}
        else:
            entries.append(entry)
    return entries


def _is_severed(entry: dict[str, Any]) -> bool:
    return (
        not entry.get("name")
        and not entry.get("form")
        and (entry.get("copy") or entry.get("original")) is not None
    )


def _severed_head(entry: dict[str, Any]) -> str:
    originals, copies = _count(entry.get("original")), _count(entry.get("copy"))
    return f"{copies:02d} bản sao" if copies else f"{originals:02d} bản chính"


def _paper(entry: dict[str, Any], published: str, remarks: Remarks) -> dict[str, Any]:
    title, form = _title_and_form(entry, published, remarks)
    originals = _count(entry.get("original"))
    if originals > MOST_SHEETS:
        title, originals = _unglued(title, originals, published, remarks)
    if not title:
        remarks.add("paper-without-name", "a listed paper has no name and is left out")
    case = cleaning.line(str(entry.get("case") or ""))
    return {
        "name": title,
        "name_en": None,
        "case": "" if case in _NO_CASE else case,
        "required": case in _NO_CASE and not _CONDITION.search(title),
        "originals": originals,
        "copies": _count(entry.get("copy")),
        "digital": True,
        "form": form,
    }


def _title_and_form(entry: dict[str, Any], published: str, remarks: Remarks) -> tuple[str, str | None]:
    """Title and form file; they were cut apart at the wrong place whenever there is a form."""
    name = cleaning.composed(str(entry.get("name") or ""))
    tail = cleaning.composed(str(entry.get("form") or ""))
    whole = _rejoined(name, tail, published)
    if whole is None:
        return cleaning.line(name), cleaning.line(tail) or None
    title, form = split_form(cleaning.line(whole))
    if not name:
        remarks.add("paper-title-in-form", f"the title stood in the form column: {title[:120]}")
    if form is None:
        remarks.add("form-name-glued", f"title and form file cannot be told apart: {title[-120:]}")
    return title, form


def _rejoined(name: str, tail: str, published: str) -> str | None:
    """Name and form as they stood together in the published text; None when there is nothing to rejoin."""
    if not tail or not name:
        return tail or None
    joined = (name + gap + tail for gap in ("", " ", "\n"))
    return next((whole for whole in joined if whole in published), None)


def split_form(text: str) -> tuple[str, str | None]:
    """ "Tờ khai (mẫu NA5).NA5.doc" -> the title and the file(s) glued to it, or no cut."""
    end = _FILE.search(text)
    if end is None:
        return text, None
    glue = next((cut.start() for cut in _GLUE.finditer(text, 8) if cut.start() < end.start()), None)
    return (text, None) if glue is None else (text[:glue].rstrip(), text[glue:])


def _unglued(title: str, count: int, published: str, remarks: Remarks) -> tuple[str, int]:
    """The last digit is the number of sheets, the digits before it end the title."""
    in_text = re.search(rf"{re.escape(title[-40:])}(\s*\d+)\d bản chính", published)
    title += in_text[1].rstrip() if in_text else f" {str(count)[:-1]}"
    remarks.add("count-glued", f"{count} originals read as {count % 10}: {title[-80:]}")
    return title, count % 10


def _count(value: Any) -> int:
    number = amounts.number(value)
    return int(number) if number is not None and number > 0 else 0


def _say_none(published: str, remarks: Remarks) -> None:
    if cleaning.absent(published):
        remarks.add("no-papers", "the row names no paper")
    else:
        remarks.add("papers-unread", f"no paper could be read from: {published[:200]}")
