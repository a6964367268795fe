from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.feedback.satisfaction import (
    AGENCY_BANDS,
    OFFICER_BANDS,
    Tally,
    agency_total,
    officer_total,
    score,
    scores,
)


@pytest.mark.parametrize(
    ("points", "dossiers", "expected"),
    [
        (4, 2, "2.0"),
        (5, 3, "1.7"),
        (1, 4, "0.3"),
        (1, 20, "0.1"),
        (3, 4, "0.8"),
        (0, 7, "0.0"),
        (29, 20, "1.5"),
    ],
)
def test_a_score_is_rounded_to_one_decimal_halves_upwards(points: int, dossiers: int, expected: str) -> None:
    assert score(Tally(points, dossiers)) == Decimal(expected)


@pytest.mark.parametrize("tally", [None, Tally(0, 0)])
def test_nobody_rated_is_no_score(tally: Tally | None) -> None:
    assert score(tally) is None


@pytest.mark.parametrize(
    ("each", "total", "band"),
    [
        ("2", "10", "full"),
        ("1", "5", "full"),
        ("0.9", "4.5", "most"),
        ("0.7", "3.5", "most"),
        ("0.6", "3.0", "under"),
    ],
)
def test_officer_bands(each: str, total: str, band: str) -> None:
    found = officer_total(dict.fromkeys((1, 2, 3, 4, 7), Decimal(each)))
    assert found.total == Decimal(total)
    assert found.band is not None
    assert found.band.code == band


@pytest.mark.parametrize(
    ("total", "band"),
    [
        ("18", "excellent"),
        ("15", "excellent"),
        ("14.9", "good"),
        ("12", "good"),
        ("9", "fair"),
        ("8.9", "average"),
        ("6", "average"),
        ("5.9", "weak"),
        ("0", "weak"),
    ],
)
def test_agency_bands(total: str, band: str) -> None:
    found = agency_total(dict.fromkeys(range(1, 10), Decimal(0)) | {1: Decimal(total)})
    assert found.band is not None
    assert found.band.code == band


def test_a_total_with_an_unknown_part_is_unknown_and_says_which() -> None:
    found = agency_total(scores({n: Tally(2, 1) for n in (1, 2, 3, 4, 7)}))
    assert (found.total, found.band, found.missing) == (None, None, (5, 6, 8, 9))


def test_bands_go_down_to_zero() -> None:
    for bands in (OFFICER_BANDS, AGENCY_BANDS):
        limits = [band.at_least for band in bands]
        assert limits == sorted(limits, reverse=True)
        assert limits[-1] == 0


TALLIES = st.dictionaries(
    st.integers(1, 9),
    st.integers(1, 500).flatmap(lambda n: st.builds(Tally, st.integers(0, 2 * n), st.just(n))),
)


@given(TALLIES)
def test_scores_and_totals_stay_in_their_range(tallies: dict[int, Tally]) -> None:
    found = scores(tallies)
    assert all(value is None or 0 <= value <= 2 for value in found.values())
    for total, most in ((officer_total(found), 10), (agency_total(found), 18)):
        assert (total.total is None) == (total.band is None) == bool(total.missing)
        assert total.total is None or 0 <= total.total <= most


@given(st.integers(0, 2000), st.integers(1, 1000))
def test_rounding_is_never_off_by_more_than_half_a_tenth(points: int, dossiers: int) -> None:
    rounded = score(Tally(points, dossiers))
    assert rounded is not None
    assert abs(rounded * dossiers - points) * 20 <= dossiers
