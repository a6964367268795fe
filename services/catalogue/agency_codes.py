"""The two shapes of an agency's identifier: QCVN 102:2016 (000.00.06.H26) and QĐ 20/2020 (H26.06)."""

import re

#: Four groups, read from the smallest unit up: level 4 . level 3 . level 2 . level 1.
_LONG = re.compile(r"(\d{3})\.(\d{2})\.(\d{2})\.([A-Y]\d{2})")
#: Level 1 first, each group one level down.
_SHORT = re.compile(r"([A-Y]\d{2})(?:\.(\d{2})(?:\.(\d{2})(?:\.(\d{3}))?)?)?")
_ZEROS = ("00", "00", "000")


def long_shape(code: str) -> str:
    """The 2016 shape when the code has one; other codes (enterprises, Z-codes) stay as they are."""
    short = _SHORT.fullmatch(code)
    if short is None:
        return code
    second, third, fourth = (group or zeros for group, zeros in zip(short.groups()[1:], _ZEROS, strict=True))
    return f"{fourth}.{third}.{second}.{short[1]}"


def short_shape(code: str) -> str:
    """The 2020 shape: groups of zeros at the end say nothing and fall away."""
    long = _LONG.fullmatch(code)
    if long is None:
        return code
    fourth, third, second, first = long.groups()
    groups = [first, second, third, fourth]
    while len(groups) > 1 and not groups[-1].strip("0"):
        groups.pop()
    return ".".join(groups)


def is_agency_code(code: str) -> bool:
    """At most 35 characters of A-Z, 0-9 and dots between groups (QĐ 20/2020, article 4)."""
    return len(code) <= 35 and re.fullmatch(r"[A-Z0-9]+(?:\.[A-Z0-9]+)*", code) is not None
