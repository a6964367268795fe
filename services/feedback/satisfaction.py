"""Scores and bands of an agency (TT 01/2018/TT-VPCP, Điều 14-15).

The score of an indicator is the sum of its points over the number of dossiers scored, rounded to one
decimal. The officers' total is 1+2+3+4+7 (of 10), the agency's total all nine (of 18). A total with an
unknown part is unknown itself: None, never a sum with a silent zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from chassis.texts import Text
from services.feedback.indicators import AGENCY, OFFICER


@dataclass(frozen=True, slots=True)
class Tally:
    """The points of one indicator and over how many dossiers."""

    points: int
    dossiers: int


@dataclass(frozen=True, slots=True)
class Band:
    code: str
    at_least: Decimal
    name: Text


OFFICER_BANDS = (
    Band(
        "full",
        Decimal(5),
        Text("Hoàn thành 100% nhiệm vụ", "100% of the task fulfilled"),
    ),
    Band(
        "most",
        Decimal("3.5"),
        Text(
            "Hoàn thành từ 70% đến dưới 100% nhiệm vụ",
            "70% to under 100% of the task fulfilled",
        ),
    ),
    Band(
        "under",
        Decimal(0),
        Text("Hoàn thành dưới 70% nhiệm vụ", "Under 70% of the task fulfilled"),
    ),
)
AGENCY_BANDS = (
    Band("excellent", Decimal(15), Text("Xuất sắc", "Excellent")),
    Band("good", Decimal(12), Text("Tốt", "Good")),
    Band("fair", Decimal(9), Text("Khá", "Fair")),
    Band("average", Decimal(6), Text("Trung bình", "Average")),
    Band("weak", Decimal(0), Text("Yếu", "Weak")),
)


@dataclass(frozen=True, slots=True)
class Total:
    """A total with its band; both None while `missing` names an indicator without a score."""

    total: Decimal | None
    band: Band | None
    missing: tuple[int, ...]


def score(tally: Tally | None) -> Decimal | None:
    """Points per dossier to one decimal, halves upwards; None when no dossier was scored."""
    if tally is None or tally.dossiers == 0:
        return None
    exact = Decimal(tally.points) / Decimal(tally.dossiers)
    return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def scores(tallies: Mapping[int, Tally]) -> dict[int, Decimal | None]:
    """The nine scores."""
    return {number: score(tallies.get(number)) for number in AGENCY}


def officer_total(found: Mapping[int, Decimal | None]) -> Total:
    return _total(found, OFFICER, OFFICER_BANDS)


def agency_total(found: Mapping[int, Decimal | None]) -> Total:
    return _total(found, AGENCY, AGENCY_BANDS)


def _total(found: Mapping[int, Decimal | None], parts: tuple[int, ...], bands: tuple[Band, ...]) -> Total:
    known = {number: value for number in parts if (value := found.get(number)) is not None}
    missing = tuple(number for number in parts if number not in known)
    if missing:
        return Total(None, None, missing)
    total = sum(known.values(), Decimal(0))
    return Total(total, next(band for band in bands if total >= band.at_least), ())
