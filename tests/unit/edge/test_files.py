import asyncio
import hashlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Conflict, DeadlineExceeded, TooLarge, Unavailable, ValidationFailed
from edge.errors import FileTypeMismatch, FileTypeRefused
from edge.files import _attachment, _certainly_not_kept, _described, _tidy
from edge.form import WholeBody
from edge.rpc import RemoteError
from edge.sniff import PDF, PNG
from edge.store import Store, Taken

PDF_BYTES = b"%PDF-1.7\n" + b"x" * 500


def taken(media_type=PDF):
    return Taken("2026/11/22/abc", 509, "0" * 64, media_type)


def incoming(name="đơn.pdf", media_type="application/pdf", fields=()):
    found = WholeBody(media_type, b"")
    found.file_name, found.fields = name, dict(fields)
    return found


def test_what_the_service_is_told():
    assert _described(taken(), incoming(fields={"purpose": "id"})) == {
        "purpose": "id",
        "object": "2026/11/22/abc",
        "name": "đơn.pdf",
        "mediaType": PDF,
        "size": 509,
        "sha256": "0" * 64,
    }


@pytest.mark.parametrize("field", ["object", "name", "mediaType", "size", "sha256"])
def test_nobody_else_describes_the_stored_file(field):
    with pytest.raises(ValidationFailed) as refused:
        _described(taken(), incoming(fields={field: "mine"}))
    assert refused.value.errors[0].pointer == f"/{field}"


def test_a_lying_type_or_name_is_refused():
    with pytest.raises(FileTypeMismatch):
        _described(taken(), incoming(media_type="image/png"))
    with pytest.raises(FileTypeMismatch):
        _described(taken(PNG), incoming("a.pdf", "image/png"))
    with pytest.raises(FileTypeMismatch):
        _described(taken(), incoming("a.pdf.exe"))


def test_no_claim_is_no_lie():
    assert _described(taken(), incoming("a.PDF", "application/octet-stream"))["name"] == "a.PDF"
    assert _described(taken(), incoming("", "application/pdf"))["name"] == "file.pdf"
    assert _described(taken(), incoming("scan", "application/pdf"))["name"] == "scan.pdf"


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Hoa\\a.pdf", "a.pdf"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("  .hidden.pdf ", "hidden.pdf"),
        ("ba\u0309n.pdf", "bản.pdf"),
        ("x" * 500 + ".pdf", "x" * 190 + ".pdf"),
    ],
)
def test_names_are_tidied(name, tidy):
    assert _tidy(name) == tidy


@given(st.text(max_size=300))
def test_a_tidied_name_is_safe(name):
    tidy = _tidy(name)
    assert len(tidy) <= 201
    assert not {"/", "\\", "\x00", "\n"} & set(tidy)
    header = _attachment(tidy)
    assert header.isascii()
    assert b"\n" not in header
    assert header.count(b'"') == 2


def test_when_a_stored_file_may_be_deleted():
    def remote(status):
        return RemoteError({"code": "x", "status": status})

    assert _certainly_not_kept(Unavailable())
    assert _certainly_not_kept(Conflict())
    assert _certainly_not_kept(remote(422))
    assert not _certainly_not_kept(DeadlineExceeded())
    assert not _certainly_not_kept(remote(500))
    assert not _certainly_not_kept(remote(503))


async def pieces(*parts, failure=None):
    for piece in parts:
        yield piece
    if failure:
        raise failure


def stored(directory):
    return [path for path in directory.rglob("*") if path.is_file()]


def test_a_file_goes_in_and_comes_out(tmp_path):
    async def run():
        store = Store(tmp_path.as_uri())
        found = await store.take("dossier", pieces(PDF_BYTES[:100], PDF_BYTES[100:]), 1000, (PDF,))
        assert found.object.startswith(time.strftime("dossier/%Y/%m/%d/", time.gmtime()))
        assert (found.size, found.media_type) == (len(PDF_BYTES), PDF)
        assert found.sha256 == hashlib.sha256(PDF_BYTES).hexdigest()
        assert b"".join([piece async for piece in await store.read(found.object)]) == PDF_BYTES
        await store.delete(found.object)
        with pytest.raises(FileNotFoundError):
            await store.read(found.object)

    asyncio.run(run())
    assert not stored(tmp_path)


@pytest.mark.parametrize(
    ("content", "failure", "error"),
    [
        ([PDF_BYTES, b"y" * 600], None, TooLarge),
        ([b"MZ not a pdf"], None, FileTypeRefused),
        ([], None, FileTypeRefused),
        ([PDF_BYTES], ConnectionError("gone"), ConnectionError),
    ],
)
def test_nothing_is_left_of_a_file_that_is_refused_or_breaks_off(tmp_path, content, failure, error):
    store = Store(tmp_path.as_uri())
    with pytest.raises(error):
        asyncio.run(store.take("dossier", pieces(*content, failure=failure), 1000, (PDF,)))
    assert not stored(tmp_path)
