"""The states of a consignment and what the carrier's tracking makes of them.

    registered ─▶ handed-over ─▶ in-transit ─▶ delivered
        │              │             │ ▲
        ▼              └─▶ failed ◀──┘─┘ ─▶ returned-to-sender
     refused                └─▶ lost (what turns up again is delivered or returned)

Tracking rows come repeated and out of order. The state is therefore worked out from all the rows of a
parcel in the order in which things happened, never from the order in which they were told.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

REGISTERED = "registered"
HANDED_OVER = "handed-over"
IN_TRANSIT = "in-transit"
DELIVERED = "delivered"
FAILED = "failed"
RETURNED = "returned-to-sender"
LOST = "lost"
REFUSED = "refused"

_ANYWHERE = frozenset({IN_TRANSIT, DELIVERED, FAILED, RETURNED, LOST})

#: state -> states it may become. A carrier may skip a row, so every later state is reachable.
MOVES: dict[str, frozenset[str]] = {
    REGISTERED: frozenset({HANDED_OVER, REFUSED}) | _ANYWHERE,
    HANDED_OVER: _ANYWHERE,
    IN_TRANSIT: _ANYWHERE - {IN_TRANSIT},
    FAILED: _ANYWHERE - {FAILED},
    LOST: frozenset({DELIVERED, RETURNED}),
    DELIVERED: frozenset(),
    RETURNED: frozenset(),
    REFUSED: frozenset(),
}
STATES = tuple(MOVES)
FINAL = frozenset(state for state, moves in MOVES.items() if not moves)
#: Nothing more is awaited of the parcel; once here, it never leaves these states.
ENDED = FINAL | {LOST}
#: It ended, and the citizen does not have the result. An attempt in vain is no end: the carrier tries again.
UNDELIVERED = ENDED - {DELIVERED}

#: The carrier's status code -> our state. The agreement with the carrier fixes the list: none is public.
CODES: dict[str, str] = {
    "70": HANDED_OVER,  # accepted at the post office
    "80": IN_TRANSIT,  # between sorting centres
    "90": IN_TRANSIT,  # out for delivery
    "91": FAILED,  # delivery attempted in vain
    "100": DELIVERED,
    "161": FAILED,  # return to the sender attempted in vain
    "170": RETURNED,
    "190": LOST,
}


@dataclass(frozen=True, slots=True)
class Sighting:
    """One tracking row: what the carrier saw, and when it happened."""

    row: str
    code: str
    at: datetime

    @property
    def state(self) -> str | None:
        """Our state for the carrier's code; None for a code nobody told us about."""
        return CODES.get(self.code)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a consignment stands and since when."""

    state: str
    since: datetime


def follow(start: Position, sightings: Iterable[Sighting]) -> list[Position]:
    """The positions a consignment went through, one per change; a final one ends the walk."""
    walked = [start]
    for seen in sorted(sightings, key=lambda s: (s.at, s.row)):
        if seen.state is not None and seen.state in MOVES[walked[-1].state]:
            walked.append(Position(seen.state, seen.at))
    return walked


def settle(current: Position, start: Position, sightings: Iterable[Sighting]) -> Position:
    """The position after all that is known; what was announced as final stays, whatever comes later."""
    return current if current.state in FINAL else follow(start, sightings)[-1]


def handed_over_at(sightings: Iterable[Sighting]) -> datetime | None:
    """When the carrier first had the parcel: transport time starts here, handling time has ended."""
    return min((s.at for s in sightings if s.state is not None), default=None)
