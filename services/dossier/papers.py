"""Which papers a dossier must carry, and whether the files given for them may be used."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from chassis.errors import FieldError

Given = Sequence[Mapping[str, Any]]  # [{"code": ..., "file": ...}]


def check_known(procedure_papers: Sequence[Mapping[str, Any]], given: Given) -> list[FieldError]:
    """Every given paper is one of the procedure's."""
    known = {paper["code"] for paper in procedure_papers}
    return [
        FieldError(
            f"/papers/{index}/code",
            "unknown-paper",
            "Thủ tục này không có giấy tờ mang mã này.",
            "The procedure has no paper of this code.",
        )
        for index, paper in enumerate(given)
        if paper["code"] not in known
    ]


def check_files(given: Given, owned_files: Collection[str]) -> list[FieldError]:
    """Every file was uploaded by the one who hands it in."""
    return [
        FieldError(
            f"/papers/{index}/file",
            "unknown-file",
            "Không tìm thấy tệp đã tải lên.",
            "There is no such uploaded file.",
        )
        for index, paper in enumerate(given)
        if paper["file"] not in owned_files
    ]


def check_complete(wanted: Sequence[Mapping[str, Any]], given: Given) -> list[FieldError]:
    """Every wanted paper is there; `wanted` are papers with code, name and name_en."""
    present = {paper["code"] for paper in given}
    return [_missing(paper) for paper in wanted if paper["code"] not in present]


def required(procedure_papers: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [paper for paper in procedure_papers if paper.get("required")]


def _missing(paper: Mapping[str, Any]) -> FieldError:
    name, code = paper["name"], paper["code"]
    return FieldError(
        "/papers",
        "paper-missing",
        f"Thiếu giấy tờ: {name} ({code}).",
        f"A paper is missing: {paper.get('name_en') or name} ({code}).",
    )
