"""What we pack by hand is read as intended by another implementation of AMQP."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pika import frame, spec

from chassis import frames

FRAME_MAX = 131_072


def decoded(data):
    found = []
    while data:
        consumed, one = frame.decode_frame(data)
        assert consumed, "an unfinished frame"
        found.append(one)
        data = data[consumed:]
    return found


SHORT = st.text(st.characters(codec="utf-8"), max_size=60)


@given(st.integers(1, 65535), SHORT, SHORT, st.binary(min_size=1, max_size=500), st.integers(40, FRAME_MAX))
def test_a_reply(channel, routing_key, correlation_id, body, frame_max):
    method, header, *bodies = decoded(
        frames.reply(channel, "nameko-rpc", routing_key, correlation_id, body, frame_max)
    )
    assert {one.channel_number for one in (method, header, *bodies)} == {channel}
    assert isinstance(method.method, spec.Basic.Publish)
    assert (method.method.exchange, method.method.routing_key) == ("nameko-rpc", routing_key)
    assert (method.method.mandatory, method.method.immediate) == (False, False)
    properties = header.properties
    assert header.body_size == len(body)
    assert (properties.content_type, properties.content_encoding) == ("application/json", "utf-8")
    assert (properties.delivery_mode, properties.correlation_id) == (1, correlation_id)
    assert properties.headers is None
    assert properties.reply_to is None
    assert b"".join(one.fragment for one in bodies) == body
    assert all(len(one.fragment) + 8 <= frame_max for one in bodies)


@pytest.mark.parametrize("tag", [1, 2**40])
def test_an_acknowledgement(tag):
    (one,) = decoded(frames.ack(7, tag))
    assert isinstance(one.method, spec.Basic.Ack)
    assert (one.channel_number, one.method.delivery_tag, one.method.multiple) == (7, tag, False)
