import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import fields
from chassis.api import ANYONE, Operation
from chassis.errors import TooLarge, UnsupportedType, ValidationFailed
from chassis.schemas import Nothing, Schema
from edge.asked import Asked
from edge.body import Body, Disconnected
from edge.errors import MalformedJson, MalformedQuery, RequestTimeout
from edge.payload import Payload


class Change(Schema):
    draft_id = fields.Text()
    file = fields.Text()
    tags = fields.Items(fields.Text())
    text = fields.Text()


PAYLOAD = Payload(
    Operation("change", "PATCH", "/drafts/{draft_id}/{file}", takes=Change, gives=Nothing, allow=ANYONE)
)
JSON = [(b"content-type", b"application/json")]


def body_of(chunks, headers=(), limit=1000, idle=1.0):
    """A body that arrives in these pieces; None is a client that goes away, ... one that falls silent."""
    pending = list(chunks)

    async def receive():
        chunk = pending.pop(0)
        if chunk is ...:
            await asyncio.sleep(60)
        if chunk is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": chunk, "more_body": bool(pending)}

    asked = Asked({"headers": [*headers, (b"transfer-encoding", b"chunked")], "path": "/"})
    return asked, Body(asked, receive, limit, idle)


def read(chunks, parameters=("7", "f"), headers=JSON, **settings):
    asked, body = body_of(chunks, headers, **settings)
    return asyncio.run(PAYLOAD.from_body(asked, body, list(parameters)))


def test_path_parameters_join_the_body_under_their_wire_names():
    assert read([b'{"te', b'xt":"a"}']) == {"text": "a", "draftId": "7", "file": "f"}


def test_a_body_key_that_is_a_path_parameter_is_an_unknown_field():
    with pytest.raises(ValidationFailed) as refused:
        read([b'{"draftId":"8","file":"g","text":"a"}'])
    assert [(error.pointer, error.code) for error in refused.value.errors] == [
        ("/draftId", "unknown-field"),
        ("/file", "unknown-field"),
    ]


@pytest.mark.parametrize("value", [b"[]", b"1", b'"x"', b"null"])
def test_a_body_that_is_no_object(value):
    with pytest.raises(ValidationFailed) as refused:
        read([value])
    assert refused.value.errors[0].code == "not-an-object"


def test_an_empty_body_is_an_empty_object():
    assert read([b""]) == {"draftId": "7", "file": "f"}


def test_malformed_json_says_where():
    with pytest.raises(MalformedJson) as refused:
        read([b'{"a": 1,\n  "b": }'])
    assert refused.value.values == {"line": 2, "column": 8}
    for bad in (b"{", b"\xff", b'{"a":NaN}', b'{"a":"\\ud800"}', b"[" * 3000):
        with pytest.raises(MalformedJson):
            read([bad], limit=10_000)


def test_only_json_is_read():
    for media_type in (b"text/plain", b"application/xml", b""):
        with pytest.raises(UnsupportedType):
            read([b"{}"], headers=[(b"content-type", media_type)])
    with pytest.raises(UnsupportedType):
        read([b"{}"], headers=[])


def test_the_limit_counts_what_comes_and_what_is_announced():
    with pytest.raises(TooLarge):
        read([b"x" * 600, b"x" * 600])
    asked = Asked({"headers": [(b"content-length", b"1001")], "path": "/"})
    with pytest.raises(TooLarge):
        Body(asked, None, 1000, 1.0)


def test_a_client_that_falls_silent_or_leaves():
    with pytest.raises(RequestTimeout):
        read([b"{", ...], idle=0.05)
    with pytest.raises(Disconnected):
        read([b"{", None])


def query(text):
    return PAYLOAD.from_query(text, ["7", "f"])


def test_query_lists_where_the_schema_has_a_list():
    assert query(b"tags=a&tags=b&text=%C4%91") == {
        "tags": ["a", "b"],
        "text": "đ",
        "draftId": "7",
        "file": "f",
    }
    assert query(b"tags=a")["tags"] == ["a"]


def test_a_single_value_given_twice_is_left_to_the_schema_to_refuse():
    assert query(b"text=a&text=b")["text"] == ["a", "b"]
    with pytest.raises(ValidationFailed):
        Change.read({"text": ["a", "b"]})


def test_an_empty_query_value_counts_as_absent():
    assert "text" not in query(b"text=&tags=")


def test_a_path_parameter_in_the_query_is_unknown():
    with pytest.raises(ValidationFailed):
        query(b"draftId=9")


def test_a_path_parameter_that_is_not_utf8_is_named():
    with pytest.raises(ValidationFailed) as caught:
        PAYLOAD.from_query(b"", ["đơn", "\udcff"])
    [error] = caught.value.errors
    assert (error.pointer, error.code) == ("/file", "not-utf8")


@pytest.mark.parametrize("text", [b"text=%ff", b"text=\xff", b"&".join(b"a=1" for _ in range(200))])
def test_a_malformed_query(text):
    with pytest.raises(MalformedQuery):
        query(text)


@given(st.dictionaries(st.sampled_from(["text", "other", "x"]), st.text(min_size=1, max_size=30)))
def test_any_text_comes_through_a_query(values):
    from urllib.parse import urlencode

    try:
        encoded = urlencode(values).encode()
    except UnicodeEncodeError:
        return
    assert query(encoded) == values | {"draftId": "7", "file": "f"}
