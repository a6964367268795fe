"""Files between HTTP and the object store."""

import hashlib
import io
import json
import socket
import time
import zipfile

import pytest

from tests.integration.edge.conftest import key, problem
from tests.integration.edge.sample_api import DOCX, PDF, PNG, UPLOAD_LIMIT
from tests.support.waiting import eventually

CONTENT = b"%PDF-1.7\n" + bytes(range(256)) * 600
PNG_CONTENT = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 100


def word_file():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in ("[Content_Types].xml", "_rels/.rels", "word/document.xml"):
            archive.writestr(name, "<x/>")
    return target.getvalue()


@pytest.fixture
def leftover(sample):
    """The objects that a test left in the store."""
    before = set(sample.objects)
    return lambda: set(sample.objects) - before


def test_a_form_goes_in_and_the_file_comes_out(client):
    files = {"file": ("bản sao.pdf", CONTENT, PDF)}
    made = client.post("/v1/files", files=files, data={"purpose": "proof"}, headers=key())
    assert made.status_code == 201, made.text
    kept = made.json()
    assert kept["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert (kept["name"], kept["mediaType"], kept["size"]) == ("bản sao.pdf", PDF, len(CONTENT))
    assert kept["purpose"] == "proof"
    assert "bản" not in kept["object"]

    read = client.get(made.headers["location"])
    assert read.content == CONTENT
    assert read.headers["content-type"] == PDF
    assert read.headers["content-length"] == str(len(CONTENT))
    assert "filename*=UTF-8''b%E1%BA%A3n%20sao.pdf" in read.headers["content-disposition"]
    assert read.headers["content-disposition"].startswith("attachment")
    assert read.headers["x-content-type-options"] == "nosniff"
    assert client.head(made.headers["location"]).content == b""


@pytest.mark.parametrize(
    ("content", "media_type", "name"),
    [(PNG_CONTENT, PNG, "a.png"), (word_file(), DOCX, "a.docx"), (CONTENT, PDF, "a.pdf")],
)
def test_a_raw_body_is_a_file_too(client, content, media_type, name):
    headers = {"Content-Type": media_type, "Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    made = client.post("/v1/files", content=content, headers=headers | key())
    assert (made.status_code, made.json()["name"], made.json()["mediaType"]) == (201, name, media_type)


def test_sent_again_with_its_key_it_is_the_same_file(client, sample, leftover):
    same = key()
    first, second = (
        client.post("/v1/files", files={"file": ("a.pdf", CONTENT, PDF)}, headers=same) for _ in range(2)
    )
    assert first.json() == second.json()
    assert len(leftover()) == 1
    assert client.get(first.headers["location"]).content == CONTENT
    other = client.post("/v1/files", files={"file": ("a.pdf", CONTENT + b"!", PDF)}, headers=same)
    problem(other, 422, "idempotency-key-reused")
    assert len(leftover()) == 1


@pytest.mark.parametrize(
    ("name", "content", "declared", "code"),
    [
        ("a.pdf", b"MZ\x90\x00" + b"\x00" * 100, PDF, "file-type-refused"),
        ("a.pdf", PNG_CONTENT, PDF, "file-type-mismatch"),
        ("a.png", CONTENT, "image/png", "file-type-mismatch"),
        ("a.exe", CONTENT, PDF, "file-type-mismatch"),
        ("a.pdf", b"", PDF, "file-type-refused"),
        ("a.svg", b"<?xml version='1.0'?><svg/>", "image/svg+xml", "file-type-refused"),
    ],
)
def test_a_lying_type_is_refused_and_nothing_is_kept(client, leftover, name, content, declared, code):
    answer = client.post("/v1/files", files={"file": (name, content, declared)}, headers=key())
    problem(answer, 415, code)
    assert not leftover()


def test_too_big_however_it_is_sent(client, leftover):
    big = CONTENT + b"x" * UPLOAD_LIMIT
    problem(client.post("/v1/files", files={"file": ("a.pdf", big, PDF)}, headers=key()), 413, "too-large")
    raw = {"Content-Type": PDF} | key()
    problem(client.post("/v1/files", content=big, headers=raw), 413, "too-large")
    problem(client.post("/v1/files", content=iter([big[:1000], big[1000:]]), headers=raw), 413, "too-large")
    assert not leftover()


def test_what_is_no_file(client, leftover):
    problem(client.post("/v1/files", content=CONTENT, headers=key()), 415, "unsupported-type")
    problem(
        client.post("/v1/files", files={"other": ("a.pdf", CONTENT, PDF)}, headers=key()),
        400,
        "malformed-form",
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x"} | key()
    problem(client.post("/v1/files", content=b"nonsense", headers=headers), 400, "malformed-form")
    problem(client.post("/v1/files", files={"file": ("a.pdf", CONTENT, PDF)}), 400, "idempotency-key-missing")
    assert not leftover()


def test_what_the_service_refuses_is_deleted(client, leftover):
    answer = client.post(
        "/v1/files", files={"file": ("a.pdf", CONTENT, PDF)}, data={"purpose": "fun"}, headers=key()
    )
    assert problem(answer, 422, "validation-failed")["errors"][0]["pointer"] == "/purpose"
    answer = client.post(
        "/v1/files", files={"file": ("a.pdf", CONTENT, PDF)}, data={"object": "x"}, headers=key()
    )
    assert problem(answer, 422, "validation-failed")["errors"][0]["code"] == "unknown-field"
    assert not leftover()


def test_what_a_service_may_have_kept_stays(client, leftover):
    answer = client.post("/v1/silent/files", files={"file": ("a.pdf", CONTENT, PDF)}, headers=key())
    problem(answer, 504, "deadline-exceeded")
    assert len(leftover()) == 1


def raw_upload(client, length):
    """The head of an upload, sent by hand."""
    connection = socket.create_connection((client.base_url.host, client.base_url.port))
    connection.sendall(
        f"POST /v1/files HTTP/1.1\r\nHost: x\r\nContent-Type: {PDF}\r\nIdempotency-Key: k{time.time()}\r\n"
        f"Content-Length: {length}\r\n\r\n".encode()
    )
    return connection


def test_a_slow_upload_is_taken(client):
    connection = raw_upload(client, len(CONTENT))
    for start in range(0, len(CONTENT), 40_000):
        connection.sendall(CONTENT[start : start + 40_000])
        time.sleep(0.3)
    connection.settimeout(10)
    head, _, body = connection.recv(65_536).partition(b"\r\n\r\n")
    connection.close()
    assert head.startswith(b"HTTP/1.1 201")
    assert json.loads(body)["size"] == len(CONTENT)


def test_a_client_that_leaves_in_the_middle_leaves_nothing(edge, client, leftover):
    running, _ = edge
    connection = raw_upload(client, len(CONTENT))
    connection.sendall(CONTENT[:100_000])
    time.sleep(0.3)
    connection.close()
    eventually(lambda: any(line.get("status") == 499 for line in running.log_lines()))
    eventually(lambda: not leftover())


def test_an_upload_that_falls_silent_is_ended(sample, leftover):
    _, client = sample.start_edge(BODY_IDLE_SECONDS="0.5")
    connection = raw_upload(client, len(CONTENT))
    connection.sendall(CONTENT[:100_000])
    connection.settimeout(10)
    assert connection.recv(65_536).startswith(b"HTTP/1.1 408")
    connection.close()
    assert not leftover()
