"""What travels over the broker is closed, and open again only for who has the key."""

import pytest

from chassis import envelope, wire
from chassis.context import RequestContext
from chassis.envelope import Envelope

WORDS = "Nguyễn Thị Hoa"


@pytest.fixture
def with_key(monkeypatch):
    monkeypatch.setenv("BUS_KEY", "a" * 43)
    envelope.envelope.cache_clear()
    yield
    envelope.envelope.cache_clear()


@pytest.fixture(autouse=True)
def forgotten():
    yield
    envelope.envelope.cache_clear()


def test_requests_answers_and_tokens_are_closed(with_key):
    request = wire.request_body({"name": WORDS})
    answer = wire.answer_body(wire.result_body({"name": WORDS}), request)
    for body in (request, answer):
        assert WORDS.encode() not in body
    assert wire.decode(memoryview(request))["kwargs"]["payload"] == {"name": WORDS}
    assert wire.decode(answer)["result"] == {"name": WORDS}
    headers = RequestContext(token="a.token.here").to_headers()
    assert "token.here" not in str(headers)
    assert RequestContext.from_headers(headers).token == "a.token.here"


def test_the_same_words_never_look_the_same(with_key):
    assert len({wire.request_body({"name": WORDS}) for _ in range(50)}) == 50


def test_who_asks_openly_is_answered_openly(with_key):
    open_request = wire.encode({"args": [], "kwargs": {"payload": {}}})
    assert wire.decode(open_request)["args"] == []
    assert wire.answer_body(b"{}", open_request) == b"{}"
    assert RequestContext.from_headers({"nameko.token": "open"}).token == "open"


@pytest.mark.parametrize("body", [b"", "", memoryview(b"")])
def test_what_is_empty_is_not_closed(body):
    assert not envelope.is_closed(body)
    assert wire.answer_body(b"{}", body) == b"{}"


def test_without_a_key_nothing_is_closed(monkeypatch):
    monkeypatch.delenv("BUS_KEY", raising=False)
    envelope.envelope.cache_clear()
    assert wire.request_body({}) == b'{"args":[],"kwargs":{"payload":{}}}'
    assert RequestContext(token="t").to_headers()["nameko.token"] == "t"
    with pytest.raises(ValueError, match="BUS_KEY"):
        wire.decode(Envelope(b"k" * 32).close(b"{}"))


@pytest.mark.parametrize("change", [lambda body: body[:-1], lambda body: body + b"x", lambda body: body[:5]])
def test_what_was_tampered_with_is_not_opened(with_key, change):
    with pytest.raises(ValueError):
        wire.decode(change(wire.request_body({})))


def test_another_key_opens_nothing(with_key):
    foreign = Envelope(b"k" * 32)
    with pytest.raises(ValueError):
        wire.decode(foreign.close(b"{}"))
    token = RequestContext.from_headers({"nameko.token": "~" + "QUJD" * 20}).token
    assert token is not None
    assert token.startswith("~"), "no good to anybody, and no crash"
