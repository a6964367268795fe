"""The search for personal data finds it in whatever form it is written down."""

import base64
import json
from urllib.parse import quote

import pytest

from tests.support.canaries import forms, search, word

NAME = "Nguyễn Thị Quỳnh"


@pytest.mark.parametrize(
    "write",
    [
        str.encode,
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: json.dumps({"name": text}).encode(),
        lambda text: json.dumps({"name": text}).replace("\\u1ec5", "\\u1EC5").replace("\\u1ecb", "\\u1ECB")
        .replace("\\u1ef3", "\\u1EF3").encode(),
        lambda text: text.encode().hex().encode(),
        lambda text: json.dumps(text).encode().hex().encode(),
        lambda text: f"/v1/people?name={quote(text)}".encode(),
        lambda text: base64.b64encode(text.encode()),
        lambda text: base64.b64encode(b"x" + text.encode()),
        lambda text: base64.b64encode(b"xy" + text.encode() + b"z"),
        lambda text: base64.urlsafe_b64encode(json.dumps({"nam": text}, ensure_ascii=False).encode()),
    ],
)  # fmt: skip
def test_every_form_is_found(write):
    assert search({"name": NAME}, [("here", b"before " + write(NAME) + b" after")])


def test_what_is_not_there_is_not_found():
    noise = " ".join(word() for _ in range(2_000))
    sources = [("text", noise.encode()), ("base64", base64.b64encode(noise.encode()))]
    assert search({"name": NAME, "word": word()}, sources) == []


def test_a_short_value_has_no_form_that_is_found_by_chance():
    assert all(len(form) >= 8 for form in forms("1985-03"))
