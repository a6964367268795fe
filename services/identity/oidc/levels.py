"""Assurance levels of a sign-in, from weak to strong."""

from collections.abc import Iterable

LEVELS = ("low", "substantial", "high")


def reaches(acr: str, wanted: str) -> bool:
    return acr in LEVELS and LEVELS.index(acr) >= LEVELS.index(wanted)


def weakest(wanted: Iterable[str]) -> str | None:
    """The level that is enough for one of those wanted; None when none of them is ours."""
    known = [level for level in LEVELS if level in set(wanted)]
    return known[0] if known else None
