"""Words typed wrong: which known words are one slip of a finger away."""

from functools import lru_cache

#: Shorter words have too many neighbours to guess between.
SHORTEST = 3


@lru_cache(maxsize=2_000)
def near(word: str, known: frozenset[str]) -> list[str]:
    """The known words that one letter changed, missed, added or swapped turns this word into."""
    if len(word) < SHORTEST:
        return []
    return sorted(other for other in known if abs(len(other) - len(word)) <= 1 and one_slip(word, other))


def one_slip(typed: str, meant: str) -> bool:
    """Whether the words differ by exactly one letter changed, missed, added, or two neighbours swapped."""
    if typed == meant:
        return False
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    rest, other = typed[start:], meant[start:]
    if len(rest) == len(other):
        swapped = rest[1:2] + rest[:1] == other[:2] and rest[2:] == other[2:]
        return rest[1:] == other[1:] or swapped
    return rest[1:] == other or other[1:] == rest
