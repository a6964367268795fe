import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.sniff import (
    DOCX,
    ENDINGS,
    HEAD_BYTES,
    JPEG,
    PDF,
    PNG,
    TAIL_BYTES,
    UNKNOWN,
    XLSX,
    XML,
    ZIP,
    canonical,
    sniffed,
)


def kind(content):
    return sniffed(content[:HEAD_BYTES], content[-TAIL_BYTES:])


def packed(*names, size=10):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, b"\x01" * size)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", PDF),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", PNG),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", JPEG),
        (b"\xff\xd8\xff\xe1\x00\x10Exif\x00", JPEG),
        (b"<?xml version='1.0'?><hoSo/>", XML),
        (packed("[Content_Types].xml", "_rels/.rels", "word/document.xml"), DOCX),
        (packed("[Content_Types].xml", "xl/workbook.xml"), XLSX),
        (packed("[Content_Types].xml", "ppt/presentation.xml"), ZIP),
        (packed("a.exe"), ZIP),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", UNKNOWN),
        (b"<?xml version='1.0'?><x:html xmlns:x='http://www.w3.org/1999/xhtml'/>", UNKNOWN),
        (b"<!doctype html><script>alert(1)</script>", UNKNOWN),
        (b"MZ\x90\x00\x03", UNKNOWN),
        (b"plain text", UNKNOWN),
        (b"", UNKNOWN),
        (b" %PDF-1.7", UNKNOWN),
    ],
)
def test_the_content_tells(content, expected):
    assert kind(content) == expected


def test_an_office_file_is_known_by_the_table_at_its_end():
    content = packed("word/media/image1.png", "[Content_Types].xml", "word/document.xml", size=100_000)
    assert kind(content) == DOCX


@given(st.binary(max_size=300))
def test_any_content_has_some_type(content):
    assert kind(content) in {*ENDINGS, UNKNOWN}


def test_spellings():
    assert canonical("image/jpg") == JPEG
    assert canonical("text/xml") == XML
    assert canonical("") == UNKNOWN
    assert canonical("video/mp4") == "video/mp4"
