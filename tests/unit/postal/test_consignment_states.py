from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.postal import states
from services.postal.states import Position, Sighting, follow, handed_over_at, settle
from services.postal.texts import STATES as NAMES

T0 = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
START = Position(states.REGISTERED, T0)


def seen(*steps: tuple[str, int]) -> list[Sighting]:
    return [Sighting(f"{n:024x}", code, T0 + timedelta(minutes=m)) for n, (code, m) in enumerate(steps, 1)]


def test_the_usual_way() -> None:
    walked = follow(START, seen(("70", 1), ("80", 2), ("90", 3), ("100", 4)))
    assert [p.state for p in walked] == ["registered", "handed-over", "in-transit", "delivered"]
    assert walked[-1].since == T0 + timedelta(minutes=4)


def test_a_second_attempt_ends_delivered() -> None:
    walked = follow(START, seen(("70", 1), ("90", 2), ("91", 3), ("90", 4), ("100", 5)))
    assert [p.state for p in walked][2:] == ["in-transit", "failed", "in-transit", "delivered"]


def test_an_unknown_code_changes_nothing() -> None:
    before = follow(START, seen(("70", 1), ("80", 2)))
    assert follow(START, seen(("70", 1), ("80", 2), ("777", 3))) == before


def test_what_is_told_late_is_put_where_it_happened() -> None:
    in_order = seen(("70", 1), ("80", 2), ("100", 4))
    assert follow(START, list(reversed(in_order))) == follow(START, in_order)


def test_a_lost_parcel_may_turn_up() -> None:
    assert follow(START, seen(("70", 1), ("190", 2), ("100", 3)))[-1].state == states.DELIVERED


def test_nothing_follows_delivery() -> None:
    assert follow(START, seen(("100", 1), ("91", 2), ("170", 3)))[-1].state == states.DELIVERED


def test_an_announced_end_stays_even_when_an_earlier_row_comes_late() -> None:
    announced = Position(states.DELIVERED, T0 + timedelta(minutes=5))
    assert settle(announced, START, seen(("170", 1), ("100", 5))) == announced


@pytest.mark.parametrize("state", sorted(states.FINAL))
def test_final_states_have_no_way_out(state: str) -> None:
    assert states.MOVES[state] == frozenset()


def test_every_state_is_reachable_named_and_led_to_known_states() -> None:
    reachable = {states.REGISTERED}
    for _ in states.STATES:
        reachable |= {to for state in reachable for to in states.MOVES[state]}
    assert reachable == set(states.STATES) == set(NAMES)
    assert set(states.CODES.values()) <= reachable


def test_transport_starts_with_the_first_known_row() -> None:
    assert handed_over_at(seen(("777", 1), ("80", 3), ("70", 2))) == T0 + timedelta(minutes=2)
    assert handed_over_at(seen(("777", 1))) is None


ROWS = st.lists(
    st.builds(
        Sighting,
        row=st.integers(1, 40).map(lambda n: f"{n:024x}"),
        code=st.sampled_from([*states.CODES, "777", ""]),
        at=st.integers(0, 30).map(lambda m: T0 + timedelta(minutes=m)),
    ),
    max_size=12,
    unique_by=lambda s: s.row,
)


@given(ROWS, st.randoms(use_true_random=False), st.data())
def test_neither_order_nor_repetition_matters(rows: list[Sighting], random, data: st.DataObject) -> None:
    told = rows + data.draw(st.lists(st.sampled_from(rows), max_size=6) if rows else st.just([]))
    random.shuffle(told)
    assert follow(START, told)[-1] == follow(START, rows)[-1]


@given(ROWS)
def test_every_step_of_a_walk_is_legal_and_in_time(rows: list[Sighting]) -> None:
    walked = follow(START, rows)
    for before, after in pairwise(walked):
        assert after.state in states.MOVES[before.state]
        assert after.since >= before.since


@given(ROWS, ROWS)
def test_once_final_never_anything_else(first: list[Sighting], later: list[Sighting]) -> None:
    settled = settle(START, START, first)
    if settled.state in states.FINAL:
        assert settle(settled, START, first + later) == settled


@given(ROWS)
def test_delivery_is_never_missed_when_nothing_else_ended_it(rows: list[Sighting]) -> None:
    ends = {s.state for s in rows} & states.FINAL
    if ends == {states.DELIVERED}:
        assert settle(START, START, rows).state == states.DELIVERED
