import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import fields
from chassis.errors import ValidationFailed
from chassis.events import Consumed, Event, Published, source_of
from chassis.relay import Waiting, in_rounds
from chassis.schemas import Schema


class Line(Schema):
    name = fields.Text()
    note = fields.Text(allow_none=True)


class Ordered(Published):
    type = "vn.motcua.shop.ordered.v1"

    order = fields.Text()
    due = fields.Day(allow_none=True)
    lines = fields.Items(fields.Object(Line))
    hint = fields.Text(load_default="")


class OrderedRead(Consumed):
    type = "vn.motcua.shop.ordered.v1"

    order = fields.Text(required=True)


WHOLE = {"order": "o", "due": None, "lines": [{"name": "n", "note": None}]}


def test_whole_event_is_shown():
    assert Ordered.show(WHOLE) == WHOLE


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ({"order": ...}, "order"),
        ({"order": None}, "order"),
        ({"due": ...}, "due"),
        ({"lines": [{"name": "n"}]}, r"lines\.note"),
        ({"lines": [{"name": None, "note": None}]}, r"lines\.name"),
    ],
)
def test_event_that_lacks_a_field_its_readers_count_on_is_refused(change, lacks):
    data = {key: value for key, value in (WHOLE | change).items() if value is not ...}
    with pytest.raises(TypeError, match=rf"^vn\.motcua\.shop\.ordered\.v1 lacks {lacks}$"):
        Ordered.show(data)


def body(**change):
    whole = {
        "id": str(uuid.uuid4()),
        "type": OrderedRead.type,
        "subject": "s",
        "sequence": 3,
        "time": "2026-11-22T08:00:00+00:00",
        "data": {"order": "o", "unknown": 1},
    }
    return whole | change


def test_reader_takes_what_it_needs():
    event = Event.read(OrderedRead, body())
    assert (event.order, event.unknown) == ("o", None)
    assert (event.meta.subject, event.meta.sequence) == ("s", 3)
    assert event.meta.time == datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.parametrize("change", [{"id": "x"}, {"sequence": "first"}, {"time": "soon"}])
def test_malformed_envelope_is_refused(change):
    with pytest.raises(ValueError, match=r".+"):
        Event.read(OrderedRead, body(**change))


def test_event_without_a_required_field_is_refused():
    with pytest.raises(ValidationFailed):
        Event.read(OrderedRead, body(data={}))


def test_source_of_a_type():
    assert source_of("vn.motcua.dossier.submitted.v1") == "dossier"


EVENTS = st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=30)


def waiting(events) -> list[Waiting]:
    return [Waiting(n, str(n), "t", subject, consumed, "{}") for n, (subject, consumed) in enumerate(events)]


@given(EVENTS)
def test_rounds_lose_nothing_and_keep_the_order_of_each_aggregate(events):
    batch = waiting(events)
    carried = [event for events in in_rounds(batch) for event in events]
    assert sorted(event.position for event in carried) == [event.position for event in batch]
    for subject in "abc":
        positions = [event.position for event in carried if event.subject == subject]
        assert positions == sorted(positions)


@given(EVENTS)
def test_nothing_follows_an_event_that_may_be_held_back_in_its_round(events):
    for one_round in in_rounds(waiting(events)):
        assert one_round
        for subject in "abc":
            of_subject = [event for event in one_round if event.subject == subject]
            assert not any(event.consumed for event in of_subject[:-1])
