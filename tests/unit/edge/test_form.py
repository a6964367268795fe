import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import MalformedForm
from edge.form import Form, WholeBody

BOUNDARY = "----xyz"


def part(name, content, filename=None, media_type=None):
    head = f'Content-Disposition: form-data; name="{name}"'
    head += f'; filename="{filename}"' if filename is not None else ""
    head += f"\r\nContent-Type: {media_type}" if media_type else ""
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + content + b"\r\n"


def read(body, cuts=()):
    form = Form(f"multipart/form-data; boundary={BOUNDARY}".encode())

    async def chunks():
        edges = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]
        for start, end in pairwise(edges):
            yield body[start:end]

    async def gather():
        return b"".join([piece async for piece in form.file(chunks())])

    return form, asyncio.run(gather())


END = f"--{BOUNDARY}--\r\n".encode()


@given(st.binary(max_size=400), st.lists(st.integers(0, 2000), max_size=12))
def test_a_file_comes_through_however_the_body_is_cut(content, cuts):
    body = (
        part("note", "ghi chú".encode())
        + part("file", content, "ảnh.png", "image/png")
        + part("x", b"1")
        + END
    )
    form, found = read(body, cuts)
    assert found == content
    assert (form.file_name, form.media_type) == ("ảnh.png", "image/png")
    assert form.fields == {"note": "ghi chú", "x": "1"}


@pytest.mark.parametrize(
    "body",
    [
        END,
        part("note", b"x") + END,
        part("file", b"a") + part("file", b"b") + END,
        part("file", b"cut off"),
        b"nonsense",
        b"",
        part("note", b"x" * 20_000) + part("file", b"a") + END,
        part("n", b"") * 60 + part("file", b"a") + END,
    ],
)
def test_a_form_without_exactly_one_whole_file_is_malformed(body):
    with pytest.raises(MalformedForm):
        read(body)


@pytest.mark.parametrize("header", [b"multipart/form-data", b"multipart/form-data; boundary="])
def test_no_boundary(header):
    with pytest.raises(MalformedForm):
        Form(header)


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'attachment; filename="a.pdf"', "a.pdf"),
        (b"attachment; filename*=UTF-8''b%E1%BA%A3n%20sao.pdf", "bản sao.pdf"),
        (b"", ""),
        (b"\xff;;=", ""),
    ],
)
def test_the_name_of_a_whole_body(disposition, name):
    assert WholeBody("application/pdf", disposition).file_name == name
