"""What appointments give on a day, through mergers; and who counts as a second person."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.authority import ROLES
from services.identity.agencies import Merger, canonical, successor
from services.identity.appointments import (
    DECIDING,
    STATES,
    WATCHING,
    is_in_force,
    is_second_person,
    offices,
    sees_and_decides,
)

START = date(2025, 6, 1)
AGENCIES = "ABCDE"
days = st.integers(0, 60).map(lambda ahead: START + timedelta(days=ahead))
mergers = st.dictionaries(st.sampled_from(AGENCIES), st.builds(Merger, st.sampled_from(AGENCIES), days))


@dataclass(frozen=True)
class Appointed:
    id: str = "1"
    agency: str = "A"
    roles: tuple[str, ...] = ("desk",)
    steps: dict[str, list[str]] = field(default_factory=dict)
    valid_from: date = START
    valid_to: date | None = None
    state: str = "approved"


terms = st.builds(
    Appointed,
    id=st.text("0123456789", min_size=4, max_size=4),
    agency=st.sampled_from(AGENCIES),
    roles=st.lists(st.sampled_from(("desk", "specialist")), min_size=1, unique=True).map(tuple),
    steps=st.dictionaries(st.just("specialist"), st.lists(st.sampled_from("xyz"), min_size=1, max_size=2)),
    valid_from=days,
    valid_to=st.none() | days,
    state=st.sampled_from(STATES),
)


class TestInForce:
    @pytest.mark.parametrize(("day", "holds"), [(-1, False), (0, True), (5, True), (10, True), (11, False)])
    def test_from_the_first_day_to_the_last(self, day: int, holds: bool) -> None:
        appointed = Appointed(valid_to=START + timedelta(days=10))
        assert is_in_force(appointed, START + timedelta(days=day)) is holds

    @pytest.mark.parametrize("state", sorted({*STATES} - {"approved"}))
    def test_only_when_approved(self, state: str) -> None:
        assert not is_in_force(Appointed(state=state), START)


class TestSuccessor:
    def test_from_the_day_after_the_last_and_through_chains(self) -> None:
        chain = {
            "A": Merger("B", START),
            "B": Merger("C", START + timedelta(days=10)),
            "C": Merger("D", START + timedelta(days=20)),
        }
        found = [successor("A", START + timedelta(days=day), chain) for day in (0, 1, 10, 11, 20, 21)]
        assert found == ["A", "B", "B", "C", "C", "D"]
        assert successor("D", START + timedelta(days=99), chain) == "D"

    def test_a_circle_leads_nowhere(self) -> None:
        circle = {"A": Merger("B", START), "B": Merger("C", START), "C": Merger("B", START)}
        after = START + timedelta(days=1)
        assert [successor(code, after, circle) for code in "ABC"] == ["A", "B", "C"]

    @given(st.sampled_from(AGENCIES), days, mergers)
    def test_it_ends_where_nothing_is_merged_on_that_day_or_does_not_move(
        self, code: str, day: date, known: dict[str, Merger]
    ) -> None:
        found = successor(code, day, known)
        assert found == code or not (found in known and known[found].last_day < day)

    @given(st.sampled_from(AGENCIES), days, mergers)
    def test_a_day_on_which_nothing_has_merged_changes_nothing(
        self, code: str, day: date, known: dict[str, Merger]
    ) -> None:
        later = {name: merger for name, merger in known.items() if merger.last_day >= day}
        assert successor(code, day, later) == code

    @pytest.mark.parametrize(
        ("written", "one_shape"),
        [
            ("H26.06", "000.00.06.H26"),
            ("G04", "000.00.00.G04"),
            ("H15.50.05.131", "131.05.50.H15"),
            ("000.00.06.H26", "000.00.06.H26"),
            ("EVN", "EVN"),
        ],
    )
    def test_codes_have_one_shape(self, written: str, one_shape: str) -> None:
        assert canonical(written) == one_shape


class TestOffices:
    def test_two_agencies_that_became_one_are_one_office(self) -> None:
        both = [
            Appointed("1", "A", ("desk",), {"desk": ["reception"]}),
            Appointed("2", "B", ("desk", "leader"), {"desk": ["return"]}, START + timedelta(days=1)),
        ]
        merged = {"A": Merger("B", START + timedelta(days=5))}
        assert list(offices(both, START + timedelta(days=5), merged)) == ["B", "A"]
        (office,) = offices(both, START + timedelta(days=6), merged).values()
        assert (office.agency, office.roles) == ("B", ("desk", "leader"))
        assert office.steps == {"desk": ("reception", "return")}

    def test_a_role_given_whole_somewhere_is_not_limited(self) -> None:
        both = [Appointed("1", steps={"desk": ["reception"]}), Appointed("2")]
        assert offices(both, START, {})["A"].steps == {}

    @given(st.lists(terms, unique_by=lambda one: one.id), days, mergers)
    def test_every_right_comes_from_an_appointment_in_force_and_none_is_lost(
        self, held: list[Appointed], day: date, known: dict[str, Merger]
    ) -> None:
        found = {
            (office.agency, role) for office in offices(held, day, known).values() for role in office.roles
        }
        by_hand = {
            (successor(one.agency, day, known), role)
            for one in held
            if one.state == "approved"
            and one.valid_from <= day
            and (one.valid_to is None or day <= one.valid_to)
            for role in one.roles
        }
        assert found == by_hand

    @given(st.lists(terms, unique_by=lambda one: one.id, min_size=1), days)
    def test_the_newest_comes_first_and_limits_name_steps_of_their_own(
        self, held: list[Appointed], day: date
    ) -> None:
        found = offices(held, day, {})
        in_force = [one for one in held if is_in_force(one, day)]
        if in_force:
            newest = max(in_force, key=lambda one: (one.valid_from, one.id))
            assert next(iter(found)) == newest.agency
        for office in found.values():
            for role, steps in office.steps.items():
                given_there = [one for one in in_force if one.agency == office.agency and role in one.roles]
                assert set(steps) == {step for one in given_there for step in one.steps[role]}


people = st.sampled_from(("hoa", "binh", "chi", "lan"))


class TestFourEyes:
    @given(people, people, people, st.none() | people)
    def test_nobody_approves_the_own_proposal_or_the_own_appointment(
        self, approver: str, proposer: str, official: str, made_by: str | None
    ) -> None:
        two = is_second_person(approver, proposer=proposer, official=official, made_by=made_by)
        assert two is (proposer not in (approver, made_by) and approver != official)

    @given(st.sets(st.sampled_from(ROLES)))
    def test_who_watches_does_not_decide(self, roles: set[str]) -> None:
        assert sees_and_decides(roles) is bool(roles & WATCHING and roles & DECIDING)
        assert not sees_and_decides({"operator", "inspector", "publisher"})
