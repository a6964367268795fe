"""What a refresh token that is presented means: each generation of a session's tokens follows the one before."""

from datetime import datetime, timedelta
from typing import Literal

Meaning = Literal["current", "repeated", "reused"]


def meaning(
    generation: int,
    current: int,
    used_at: datetime | None,
    now: datetime,
    grace: timedelta,
) -> Meaning:
    """`current`: to be used up. `repeated`: used just now, perhaps its answer was lost. `reused`: perhaps stolen.

    Only the very token that was used may be repeated, and whoever repeats gets one of the current generation. The first
    use of any of these starts the next, so that two holders cannot go on side by side: the slower one shows a token of
    an old generation that was never used.
    """
    if generation == current:
        return "current"
    if generation == current - 1 and used_at is not None and now - used_at < grace:
        return "repeated"
    return "reused"
