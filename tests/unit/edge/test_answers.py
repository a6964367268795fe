import asyncio
import json

import pytest

from chassis import fields
from chassis.api import ANYONE, Operation
from chassis.schemas import Nothing, Schema
from edge.answers import Answers, known
from edge.asked import Asked
from edge.rpc import Reply


class View(Schema):
    file_id = fields.Text()
    version = fields.Integer()


def answer(result, *, method="GET", headers=(), replayed=False, **options):
    operation = Operation("x", method, "/x", takes=Nothing, gives=View, allow=ANYONE, **options)
    sent = []

    async def send(message):
        sent.append(message)

    asked = Asked({"headers": list(headers), "path": "/v1/x"})
    asyncio.run(Answers(operation, "/v1").send(asked, Reply(result, replayed), send))
    return (
        sent[0]["status"],
        {name.decode(): value.decode() for name, value in sent[0]["headers"]},
        sent[1]["body"],
    )


def test_a_plain_answer_may_not_be_stored():
    status, headers, body = answer({"fileId": "a"})
    assert (status, json.loads(body)) == (200, {"fileId": "a"})
    assert headers["cache-control"] == "no-store"
    assert headers["content-type"] == "application/json"
    assert headers["content-language"] == "vi"
    assert headers["content-length"] == str(len(body))
    assert "etag" not in headers


def test_created_says_where():
    status, headers, _ = answer({"fileId": "a/ộ"}, method="POST", status=201, location="/files/{file_id}")
    assert status == 201
    assert headers["location"] == "/v1/files/a%2F%E1%BB%99"


def test_the_version_is_the_entity_tag():
    assert answer({"version": 3}, etag=True)[1]["etag"] == '"3"'
    assert answer({"version": 3}, etag=True, method="PATCH")[1]["etag"] == '"3"'


def test_a_client_that_has_it_is_told_so():
    status, headers, body = answer({"version": 3}, etag=True, headers=[(b"if-none-match", b'"2", W/"3"')])
    assert (status, body) == (304, b"")
    assert headers["etag"] == '"3"'
    assert "content-type" not in headers
    assert answer({"version": 3}, etag=True, headers=[(b"if-none-match", b'"2"')])[0] == 200


def test_a_cacheable_answer_is_tagged_by_its_content():
    first = answer({"fileId": "a"}, cache="public, max-age=60")[1]
    assert first["cache-control"] == "public, max-age=60"
    assert "Accept-Language" in first["vary"]
    again = answer({"fileId": "a"}, cache="public", headers=[(b"if-none-match", first["etag"].encode())])
    assert again[0] == 304
    assert answer({"fileId": "b"}, cache="public")[1]["etag"] != first["etag"]


def test_no_content():
    status, headers, body = answer({}, method="DELETE", status=204)
    assert (status, body) == (204, b"")
    assert "content-type" not in headers


def test_a_repeated_answer_says_so():
    assert answer({}, replayed=True)[1]["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in answer({})[1]


@pytest.mark.parametrize(
    ("header", "has"),
    [(None, False), (b"*", True), (b'"1"', True), (b'W/"1"', True), (b'"11"', False), (b"", False)],
)
def test_if_none_match(header, has):
    assert known(b'"1"', header) is has
