"""Amounts of money in published text."""

import re
from typing import Any

_DONG = r"(?:đồng|đ|vnđ|vnd|việt nam đồng)(?!\w)"
_AMOUNT = re.compile(
    rf"(?<![\d.,/])(\d+)\s*(nghìn|ngàn|triệu)\s*(?={_DONG})"
    rf"|(?<![\d.,/])(\d[\d.,]*)\s*(?={_DONG})"
    r"|(?<![\d.,/])(\d{1,3}(?:[.,]\d{3})+)(?![.,]?\d)(?!\s*(?:USD|m2|m3|tấn|GT|kW))",
    re.IGNORECASE,
)
_TIMES = {"nghìn": 1_000, "ngàn": 1_000, "triệu": 1_000_000}
_NUMBER = re.compile(r"\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?:\.\d{3})+")

_LARGEST = 10**12

#: No charge of the state is below this: a smaller figure is one written in thousands, or a slip.
SMALLEST_FEE = 500


def amounts_in(text: str) -> list[int]:
    """The amounts in đồng that a text names, in its order, zero left out."""
    found = []
    for counted, unit, with_currency, grouped in _AMOUNT.findall(text):
        digits = re.sub(r"[.,]", "", counted or with_currency or grouped)
        found.append(int(digits) * _TIMES.get(unit.lower(), 1))
    return [amount for amount in found if amount]


def split_time_and_fee(digits: str, remark: str) -> tuple[int, int] | None:
    """ "1200" where a time and a fee were glued: 120 and 0, when only one reading makes sense.

    Sensible is a fee of nothing, of at least SMALLEST_FEE, or one the remark names (in đồng or thousands).
    """
    named = set(amounts_in(remark))
    readings = [
        (int(time), fee)
        for cut in range(1, len(digits))
        if (time := digits[:cut]).isdigit() and int(time) and (fee := _number(digits[cut:])) is not None
    ]
    confirmed = [(time, fee) for time, fee in readings if fee and named & {fee, fee * 1_000}]
    sensible = confirmed or [(time, fee) for time, fee in readings if not fee or fee >= SMALLEST_FEE]
    return sensible[0] if len(sensible) == 1 else None


def number(value: Any) -> float | int | None:
    """A number given as such or as text; whole ones as int; nothing beyond what anybody could mean."""
    if isinstance(value, str):
        try:
            value = float(value.strip().replace(",", "."))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_LARGEST < value < _LARGEST:
        return None
    return int(value) if value == int(value) else value


def _number(text: str) -> int | None:
    """A number as the portal writes it: no leading zero, groups of three when grouped."""
    if not _NUMBER.fullmatch(text) or (text.startswith("0") and text != "0"):
        return None
    return int(re.sub(r"[.,]", "", text))
