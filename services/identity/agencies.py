"""Which agency answers for another on a day: mergers, and the two shapes of an agency's code."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

#: QĐ 20/2020 writes the first level first (H26.06), QCVN 102:2016 last and whole (000.00.06.H26).
_SHORT = re.compile(r"([A-Y]\d{2})(?:\.(\d{2})(?:\.(\d{2})(?:\.(\d{3}))?)?)?")
_ZEROS = ("00", "00", "000")


@dataclass(frozen=True, slots=True)
class Merger:
    into: str
    #: On which the agency was still its own.
    last_day: date


def canonical(code: str) -> str:
    """The one shape agencies are known by between services; other codes stay as they are."""
    short = _SHORT.fullmatch(code)
    if short is None:
        return code
    second, third, fourth = (group or zeros for group, zeros in zip(short.groups()[1:], _ZEROS, strict=True))
    return f"{fourth}.{third}.{second}.{short[1]}"


def successor(code: str, day: date, mergers: Mapping[str, Merger]) -> str:
    """The agency that answers for this one on a day, through however many mergers; itself when they go in a circle."""
    seen, at = {code}, code
    while (merger := mergers.get(at)) is not None and merger.last_day < day:
        at = merger.into
        if at in seen:
            return code
        seen.add(at)
    return at
