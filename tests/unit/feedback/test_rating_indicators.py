import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.feedback.indicators import ASKED, NAMES, PER_DOSSIER, POINTS, Answer, faults, points_of_dossier

COMPLETE = [Answer(1, 2), Answer(3, 1), Answer(4, 0), Answer(7, 2)]


def test_a_complete_form_has_no_faults() -> None:
    assert faults(COMPLETE) == []


def test_all_faults_are_found_at_once() -> None:
    found = faults([Answer(1, 2), Answer(1, 1), Answer(2, 2), Answer(5, 1), Answer(7, 0)])
    assert {(f.position, f.code, f.indicator) for f in found} == {
        (1, "answered-twice", 1),
        (2, "indicator-not-asked", 2),
        (3, "indicator-not-asked", 5),
        (None, "answer-missing", 3),
        (None, "answer-missing", 4),
    }


@pytest.mark.parametrize(("on_time", "points"), [("early", 2), ("on-time", 1), ("late", 0), ("none", None)])
def test_the_system_fills_the_second_indicator_from_the_dossiers_clock(
    on_time: str, points: int | None
) -> None:
    assert points_of_dossier(COMPLETE, on_time)[2] == points


def test_unknown_is_not_zero() -> None:
    assert points_of_dossier(COMPLETE, "none") == {1: 2, 2: None, 3: 1, 4: 0, 6: None, 7: 2}


def test_all_nine_have_a_name_in_both_languages() -> None:
    assert sorted(NAMES) == list(range(1, 10))
    assert all(name.vi and name.en and name.vi != name.en for name in NAMES.values())


@given(st.lists(st.builds(Answer, st.integers(1, 9), st.sampled_from(POINTS)), max_size=8))
def test_without_faults_exactly_when_the_four_are_answered_once(answers: list[Answer]) -> None:
    complete = sorted(answer.indicator for answer in answers) == list(ASKED)
    assert (faults(answers) == []) is complete


@given(st.lists(st.sampled_from(POINTS), min_size=4, max_size=4))
def test_answers_are_taken_as_given(points: list[int]) -> None:
    found = points_of_dossier([Answer(n, p) for n, p in zip(ASKED, points, strict=True)], "late")
    assert tuple(found) == PER_DOSSIER
    assert [found[n] for n in ASKED] == points
