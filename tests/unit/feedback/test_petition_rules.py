from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.feedback import petitions
from services.feedback.petitions import Reader, may_read, moves, sees_identity, sees_name, transfer_due

READERS = st.builds(Reader, owner=st.booleans(), receiving_body=st.booleans(), agency_concerned=st.booleans())
SUBJECTS = st.sampled_from(list(petitions.SUBJECTS))
STATES = st.sampled_from(list(petitions.STATES))


def test_the_ways_of_a_petition() -> None:
    assert set(moves("registered", "regulation")) == {"transfer", "answer", "reject"}
    assert set(moves("transferred", "regulation")) == {"answer", "reject"}
    assert moves("answered", "regulation") == moves("rejected", "proposal") == {}


def test_behaviour_is_answered_only_after_the_hand_over() -> None:
    assert set(moves("registered", "behaviour")) == {"transfer", "reject"}
    assert moves("transferred", "behaviour")["answer"] == "answered"


@given(STATES, SUBJECTS)
def test_moves_lead_to_known_states_and_never_back(state: str, subject: str) -> None:
    order = {"registered": 0, "transferred": 1, "answered": 2, "rejected": 2}
    assert all(order[to] > order[state] for to in moves(state, subject).values())


@pytest.mark.parametrize(
    ("registered", "due"),
    [
        (date(2026, 11, 16), date(2026, 11, 23)),  # Monday
        (date(2026, 11, 20), date(2026, 11, 27)),  # Friday
        (date(2026, 11, 21), date(2026, 11, 27)),  # Saturday
        (date(2026, 11, 22), date(2026, 11, 27)),  # Sunday
    ],
)
def test_five_working_days_to_hand_on(registered: date, due: date) -> None:
    assert transfer_due(registered) == due


@given(st.dates(date(2019, 1, 1), date(2027, 12, 31)))
def test_the_hand_over_day_is_a_working_day_within_a_week(registered: date) -> None:
    due = transfer_due(registered)
    assert due.weekday() < 5
    assert 5 <= (due - registered).days <= 7


@given(READERS, STATES, st.booleans(), st.booleans())
def test_the_agency_complained_of_never_learns_who(
    reader: Reader, state: str, published: bool, opened: bool
) -> None:
    if reader.agency_concerned and not reader.owner:
        assert not sees_identity(reader, "behaviour")
        assert not sees_name(reader, "behaviour", opened=opened)
        if not published:
            assert may_read(reader, state, "behaviour", published=False) is (
                state in {"transferred", "answered"}
            )


@given(READERS, SUBJECTS, STATES, st.booleans())
def test_who_sees_the_identity_may_read_the_petition(
    reader: Reader, subject: str, state: str, published: bool
) -> None:
    if sees_identity(reader, subject):
        assert may_read(reader, state, subject, published=published)


@given(SUBJECTS, STATES)
def test_strangers_see_only_what_is_published_and_names_only_with_consent(subject: str, state: str) -> None:
    stranger = Reader()
    assert not may_read(stranger, state, subject, published=False)
    assert may_read(stranger, state, subject, published=True)
    assert not sees_identity(stranger, subject)
    assert not sees_name(stranger, subject, opened=False)
    assert sees_name(stranger, subject, opened=True) is (subject != "behaviour")


@given(SUBJECTS, STATES)
def test_the_owner_always_sees_his_own(subject: str, state: str) -> None:
    owner = Reader(owner=True)
    assert may_read(owner, state, subject, published=False)
    assert sees_identity(owner, subject)
