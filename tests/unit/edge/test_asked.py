import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Unauthenticated
from edge.asked import Asked, preferred
from edge.errors import IdempotencyKeyInvalid, IdempotencyKeyMissing, PreconditionRequired


def asked(**headers):
    pairs = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    return Asked({"headers": pairs, "path": "/v1/x"})


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "vi"),
        ("en", "en"),
        ("EN-gb", "en"),
        ("vi, en;q=0.9", "vi"),
        ("en;q=0.2, vi;q=0.8", "vi"),
        ("fr, en;q=0.5", "en"),
        ("fr", "vi"),
        ("en;q=0", "vi"),
        ("en;q=nonsense", "vi"),
        ("*", "vi"),
        ("ven", "vi"),
    ],
)
def test_the_preferred_language(header, language):
    assert preferred(header.encode()) == language


@given(st.binary(max_size=200))
def test_any_accept_language_gives_a_language(header):
    assert preferred(header) in {"vi", "en"}


def test_a_good_trace_context_is_kept_and_a_bad_one_replaced():
    good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    assert asked(traceparent=good).trace_id == "0af7651916cd43dd8448eb211c80319c"
    for bad in ("", "nonsense", good.upper(), "00-" + "0" * 32 + "-1-01"):
        fresh = asked(traceparent=bad)
        assert fresh.traceparent != bad
        assert len(fresh.trace_id) == 32


def test_bearer_token():
    assert asked().token() is None
    assert asked(authorization="Bearer abc.def-_=").token() == "abc.def-_="
    assert asked(authorization="bearer abc").token() == "abc"


@pytest.mark.parametrize(
    "header", ["", "Basic YTpi", "Bearer", "Bearer ", "Bearer a b", "Bearer é", "Bearer " + "a" * 5000]
)
def test_what_is_no_bearer_token_is_refused(header):
    with pytest.raises(Unauthenticated):
        asked(authorization=header).token()


def test_idempotency_key():
    assert asked(idempotency_key="a-Key!~").command_id() == "a-Key!~"
    assert asked(idempotency_key="k" * 255).command_id() == "k" * 255
    with pytest.raises(IdempotencyKeyMissing):
        asked().command_id()
    for bad in ("", "k" * 256, "two words", "tab\t", "é"):
        with pytest.raises(IdempotencyKeyInvalid):
            asked(idempotency_key=bad).command_id()


def test_if_match():
    assert asked(if_match='"7"').if_match() == [7]
    assert asked(if_match="*").if_match() is None
    with pytest.raises(PreconditionRequired):
        asked().if_match()


def test_a_list_of_entity_tags_may_come_in_several_lines():
    lines = [(b"if-match", b'"7"'), (b"accept", b"*/*"), (b"if-match", b'"8", "9"')]
    assert Asked({"headers": lines, "path": "/v1/x"}).if_match() == [7, 8, 9]


def test_content_type_without_parameters():
    assert asked(content_type="Application/JSON; charset=utf-8").content_type() == "application/json"
    assert not asked().content_type()
