import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.context import DEFAULT_DEADLINE_SECONDS, RequestContext
from chassis.trace import accepted, current_traceparent, new_traceparent, set_traceparent, trace_id

TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01")
WORDS = st.text(min_size=1, max_size=30)

CONTEXTS = st.builds(
    RequestContext,
    deadline_ms=st.none() | st.integers(0, 2**53),
    command_id=st.none() | WORDS,
    token=st.none() | WORDS,
    language=st.sampled_from(["vi", "en"]),
    if_match=st.none() | st.lists(st.integers(0, 10**18)).map(tuple),
    traceparent=st.none() | WORDS,
    call_id=st.just("") | WORDS,
)

TABLE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
NAMES = st.sampled_from(
    ["deadline", "command_id", "token", "language", "if_match", "traceparent", "call_id_stack", "other"]
).flatmap(lambda name: st.sampled_from([name, "nameko." + name]))


@given(CONTEXTS)
def test_context_crosses_the_wire(context):
    assert RequestContext.from_headers(context.to_headers()) == context


@given(CONTEXTS)
def test_headers_hold_no_null_which_the_wire_does_not_carry(context):
    assert None not in context.to_headers().values()


@given(st.dictionaries(NAMES, TABLE))
def test_any_headers_are_read(headers):
    context = RequestContext.from_headers(headers)
    assert context.language in ("vi", "en")
    assert isinstance(context.expired, bool)


@pytest.mark.parametrize("header", ["one", True, {"1": 1}, ["1"], [True], [1.0]])
def test_a_malformed_condition_is_never_met(header):
    assert RequestContext.from_headers({"nameko.if_match": header}).if_match == ()


def test_one_version_alone_is_how_older_edges_tell_it():
    assert RequestContext.from_headers({"nameko.if_match": 3}).if_match == (3,)


def test_deadline():
    now = int(time.time() * 1000)
    assert RequestContext(deadline_ms=now - 1).expired
    assert not RequestContext(deadline_ms=now + 5_000).expired
    assert 4 < RequestContext(deadline_ms=now + 5_000).seconds_left <= 5
    assert not RequestContext().expired
    assert RequestContext().seconds_left == DEFAULT_DEADLINE_SECONDS


def test_new_traces_are_well_formed_and_differ():
    one, two = new_traceparent(), new_traceparent()
    assert TRACEPARENT.fullmatch(one)
    assert one != two
    assert trace_id(one) == one[3:35]


@given(TABLE)
def test_what_is_no_trace_is_replaced(value):
    assert TRACEPARENT.fullmatch(accepted(value))


def test_trace_of_the_work_at_hand_is_the_callers():
    given_trace = new_traceparent()
    set_traceparent(given_trace)
    assert current_traceparent() == given_trace
    set_traceparent("nonsense")
    assert current_traceparent() != given_trace
    assert trace_id("nonsense") == ""
