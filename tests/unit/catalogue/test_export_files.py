"""Reading an export file: every row accounted for, whatever the file is like."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from services.catalogue.importing.file import Line, Unreadable, count_rows, read_lines


def row(code: str = "1.000001", **changed: Any) -> str:
    return json.dumps({"ma_thu_tuc": code, "ten_thu_tuc": "Cấp giấy phép"} | changed, ensure_ascii=False)


def outcomes(path: Path) -> list[tuple[int, str | None, list[str]]]:
    def problems(line: Line) -> list[str]:
        return [] if line.reading else [remark.code for remark in line.remarks]

    return [(line.number, line.code, problems(line)) for line in read_lines(path)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export.jsonl"


def test_every_line_comes_with_its_number_and_reason(file: Path) -> None:
    lines = [
        row(),
        "{broken",
        "[]",
        row("2.000002"),
        "",
        row("9"),
        '"text"',
        row("3.000003", ten_thu_tuc=None),
    ]
    file.write_text("\n".join(lines))
    assert outcomes(file) == [
        (1, "1.000001", []),
        (2, None, ["not-json"]),
        (3, None, ["not-an-object"]),
        (4, "2.000002", []),
        (6, None, ["code-malformed"]),
        (7, None, ["not-an-object"]),
        (8, "3.000003", ["name-missing"]),
    ]
    assert count_rows(file) == 7


def test_a_code_that_came_before_is_refused(file: Path) -> None:
    file.write_text("\n".join([row(), row("2.000002"), row(ten_thu_tuc="Tên khác")]))
    assert outcomes(file)[2] == (3, "1.000001", ["code-repeated"])
    assert [line.remarks[0].detail for line in read_lines(file)][2] == "1.000001 stands on line 1 already"


def test_a_refused_row_does_not_block_a_later_good_one(file: Path) -> None:
    file.write_text("\n".join([row(ten_thu_tuc=None), row()]))
    assert [problems for _, _, problems in outcomes(file)] == [["name-missing"], []]


def test_a_compressed_file_is_known_by_its_content(file: Path) -> None:
    file.write_bytes(gzip.compress(row().encode()))
    assert outcomes(file) == [(1, "1.000001", [])]


def test_a_byte_order_mark_and_windows_line_ends(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + row().encode() + b"\r\n" + row("2.000002").encode() + b"\r\n")
    assert [code for _, code, _ in outcomes(file)] == ["1.000001", "2.000002"]


def test_bytes_that_are_no_text_are_one_bad_line(file: Path) -> None:
    file.write_bytes(b'{"ma_thu_tuc": "\xff"}\n' + row().encode())
    assert [problems for _, _, problems in outcomes(file)] == [["not-json"], []]


@pytest.mark.parametrize("content", [b"\x1f\x8b garbage", gzip.compress(row().encode() * 100)[:-20]])
def test_a_damaged_file_is_refused_before_anything_is_done(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(Unreadable):
        count_rows(file)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        count_rows(tmp_path / "missing")
