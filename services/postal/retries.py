"""When to try the carrier again after it did not answer."""

from datetime import timedelta

FIRST = timedelta(seconds=1)
LONGEST = timedelta(minutes=5)


def delay(attempts: int) -> timedelta:
    """Doubles with every attempt made, up to five minutes; it never gives up."""
    doublings = min(max(attempts, 1) - 1, 20)
    return min(FIRST * (1 << doublings), LONGEST)
