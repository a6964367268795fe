"""What a refresh token that is presented means: each generation of a session's tokens follows the one before."""

from datetime import datetime, timedelta
from typing import Literal

Meaning = Literal["current", "repeated", "reused"]


def meaning(
    generation: int,
    current: int,
    refreshed_at: datetime | None,
    now: datetime,
    grace: timedelta,
) -> Meaning:
    """`current`: to be used up. `repeated`: used just now, perhaps its answer was lost. `reused`: perhaps stolen.

    Whoever repeats gets a token of the current generation. The first use of any of these starts the next, so that
    two holders cannot go on side by side: the slower one shows an old token.
    """
    if generation == current:
        return "current"
    if generation == current - 1 and refreshed_at is not None and now - refreshed_at < grace:
        return "repeated"
    return "reused"
