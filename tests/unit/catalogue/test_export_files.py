"""Reading an export file: every row accounted for, whatever the file is like."""

import gzip
import json
import random
import zlib
from pathlib import Path
from typing import Any

import pytest

from services.catalogue.importing.file import Damage, Export, Line
from services.catalogue.importing.reading import Unreadable


def row(code: str = "1.000001", **changed: Any) -> str:
    return json.dumps({"ma_thu_tuc": code, "ten_thu_tuc": "Cấp giấy phép"} | changed, ensure_ascii=False)


def outcomes(path: Path) -> list[tuple[int, str | None, list[str]]]:
    def problems(line: Line) -> list[str]:
        return [] if line.reading else [remark.code for remark in line.remarks]

    return [(line.number, line.code, problems(line)) for line in Export(path).lines()]


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
    assert (Export(file).total, Export(file).damage) == (7, None)


def test_a_code_that_came_before_is_refused(file: Path) -> None:
    file.write_text("\n".join([row(), row("2.000002"), row(ten_thu_tuc="Tên khác")]))
    assert outcomes(file)[2] == (3, "1.000001", ["code-repeated"])
    assert [line.remarks[0].detail for line in Export(file).lines()][2] == "1.000001 stands on line 1 already"


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


def damaged(path: Path) -> tuple[Damage | None, list[tuple[int, str | None, list[str]]]]:
    export = Export(path)
    found = [
        (line.number, line.code, [] if line.reading else [remark.code for remark in line.remarks])
        for line in export.lines()
    ]
    return export.damage, found


def test_a_file_cut_short_gives_its_rows_until_there(file: Path) -> None:
    # Noise does not shrink: the cut falls into the last row.
    rows = [row(f"1.{number:06}", noise=random.Random(number).randbytes(200).hex()) for number in range(50)]
    file.write_bytes(gzip.compress("\n".join(rows).encode())[:-100])
    damage, found = damaged(file)
    assert damage == Damage(50, "the file is cut short", trusted=True)
    assert found == [(number + 1, f"1.{number:06}", []) for number in range(49)]


def test_of_an_altered_file_no_row_is_believed(file: Path) -> None:
    """A flipped bit gives rows that are well-formed and wrong; only the checksum at the end tells."""
    packed = bytearray(gzip.compress("\n".join([row(), row("2.000002")]).encode(), compresslevel=0))
    at = packed.index(b"2.000002")
    packed[at] ^= 1
    file.write_bytes(packed)
    damage, found = damaged(file)
    assert found == [(1, "1.000001", ["file-altered"]), (2, "3.000002", ["file-altered"])]
    assert damage is not None
    assert (damage.line, damage.trusted) == (None, False)
    packed[packed.index(b'"ma_thu_tuc": "3')] ^= 1
    file.write_bytes(packed)
    damage, found = damaged(file)
    assert [problems for _, _, problems in found] == [["file-altered"], ["not-json"]]
    assert damage is not None
    assert damage.line == 2


def test_a_stream_that_cannot_be_decoded_any_further(file: Path) -> None:
    whole, second = (row(code).encode() + b"\n" for code in ("1.000001", "2.000002"))
    packer = zlib.compressobj(wbits=31)
    # After a whole row, a block of a kind that does not exist.
    sound = packer.compress(whole) + packer.flush(zlib.Z_FULL_FLUSH)
    file.write_bytes(sound + b"\x07" + second)
    damage, found = damaged(file)
    assert found == [(1, "1.000001", [])]
    assert damage is not None
    assert (damage.line, damage.trusted) == (2, True)
    assert "invalid block type" in damage.reason


def test_garbage_behind_a_whole_stream_takes_nothing_away(file: Path) -> None:
    file.write_bytes(gzip.compress(row().encode() + b"\n") + b"garbage")
    damage, found = damaged(file)
    assert found == [(1, "1.000001", [])]
    assert damage is not None
    assert (damage.line, damage.trusted) == (2, True)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("export.jsonl", b"", "is empty"),
        ("export.jsonl", b"\n \n", "is empty"),
        ("export.jsonl.gz", gzip.compress(b"", mtime=0), "is empty"),
        ("export.jsonl.gz", row().encode(), "is no gzip file"),
        ("export.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is neither text nor a gzip file"),
        ("missing", None, "No such file"),
        (".", None, "Is a directory"),
    ],
)
def test_what_holds_no_rows_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Unreadable, match=reason) as refused:
        Export(path)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)
