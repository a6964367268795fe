"""The one table of legal moves between the national states, and an agency's own steps inside them."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import Any

from services.dossier.errors import IllegalMove, NotYourStep
from services.dossier.states import State

# Who acts: the owner, an official by role, or another service's event.
OWNER, DESK, SPECIALIST, LEADER = "owner", "desk", "specialist", "leader"
PAYMENT, POST = "payment", "post"
OFFICIALS = frozenset({DESK, SPECIALIST, LEADER})
PEOPLE = OFFICIALS | {OWNER}
#: What is done outside an agency's own steps has a name too, by which a role may be limited to it.
RECEPTION, RETURN = "reception", "return"


@dataclass(frozen=True, slots=True)
class Move:
    """From one state an action leads to another, when one of these makes it."""

    origin: State
    action: str
    target: State
    by: frozenset[str]


def _move(origin: State, action: str, target: State, *by: str) -> Move:
    return Move(origin, action, target, frozenset(by))


MOVES = (
    _move(State.NEW, "receive", State.RECEIVED, DESK),
    _move(State.NEW, "refuse", State.REFUSED, DESK),
    _move(State.NEW, "request-supplement", State.SUPPLEMENT, DESK),
    _move(State.NEW, "withdraw", State.WITHDRAWN, OWNER),
    _move(State.RECEIVED, "complete-step", State.PROCESSING, SPECIALIST, LEADER),
    # Without a step before the decision, deciding takes the dossier into process on its way.
    _move(State.RECEIVED, "decide", State.PROCESSING, LEADER),
    _move(State.RECEIVED, "request-supplement", State.SUPPLEMENT, DESK, SPECIALIST),
    _move(State.RECEIVED, "request-payment", State.FINANCIAL, SPECIALIST),
    _move(State.RECEIVED, "suspend", State.SUSPENDED, LEADER),
    _move(State.RECEIVED, "withdraw", State.WITHDRAWN, OWNER),
    _move(State.PROCESSING, "complete-step", State.PROCESSING, SPECIALIST, LEADER),
    _move(State.PROCESSING, "send-back", State.PROCESSING, LEADER),
    _move(State.PROCESSING, "decide", State.DONE, LEADER),
    _move(State.PROCESSING, "request-supplement", State.SUPPLEMENT, SPECIALIST),
    _move(State.PROCESSING, "request-payment", State.FINANCIAL, SPECIALIST),
    _move(State.PROCESSING, "suspend", State.SUSPENDED, LEADER),
    _move(State.PROCESSING, "withdraw", State.WITHDRAWN, OWNER),
    # Asked before reception, a supplement is answered without leaving the state: the desk still has to receive.
    _move(State.SUPPLEMENT, "resubmit", State.SUPPLEMENT, OWNER),
    _move(State.SUPPLEMENT, "receive", State.RECEIVED, DESK),
    _move(State.SUPPLEMENT, "resubmit", State.RECEIVED, OWNER),
    _move(State.SUPPLEMENT, "resubmit", State.PROCESSING, OWNER),
    _move(State.SUPPLEMENT, "suspend", State.SUSPENDED, LEADER),
    _move(State.SUPPLEMENT, "withdraw", State.WITHDRAWN, OWNER),
    _move(State.FINANCIAL, "settle", State.PROCESSING, PAYMENT),
    _move(State.FINANCIAL, "suspend", State.SUSPENDED, LEADER),
    _move(State.SUSPENDED, "resume", State.PROCESSING, LEADER),
    _move(State.DONE, "post", State.DONE, DESK),
    _move(State.DONE, "fail-delivery", State.DONE, POST),
    _move(State.DONE, "return", State.RETURNED, DESK, POST),
)


def makers(action: str) -> frozenset[str]:
    """Everyone who makes this move from some state."""
    return frozenset().union(*(move.by for move in MOVES if move.action == action))


def legal(state: State, barred: Container[str] = ()) -> list[str]:
    """What people may do with a dossier in this state, in the table's order, but for what is barred."""
    actions = dict.fromkeys(move.action for move in MOVES if move.origin is state and move.by & PEOPLE)
    return [action for action in actions if action not in barred]


def targets(state: State, action: str) -> frozenset[State]:
    """Where an action may lead from a state; nowhere when it is not legal there."""
    return frozenset(move.target for move in MOVES if move.origin is state and move.action == action)


def require(state: State, action: str, actors: Iterable[str]) -> None:
    """Raise IllegalMove unless the table has this action here, NotYourStep unless one of the actors makes it."""
    moves = [move for move in MOVES if move.origin is state and move.action == action]
    if not moves:
        raise illegal(state)
    by = frozenset().union(*(move.by for move in moves))
    if by.isdisjoint(actors):
        raise NotYourStep(role=sorted(by))


def illegal(state: State, barred: Container[str] = ()) -> IllegalMove:
    return IllegalMove(state, legal(state, barred))


def barred_by_reception(received: bool) -> frozenset[str]:
    """Received once is received; and without a reception there is no work to be stopped and taken up."""
    return frozenset({"receive"}) if received else frozenset({"suspend", "resume"})


@dataclass(frozen=True, slots=True)
class Step:
    """One local step of an agency's work on a dossier, inside states 2 and 4."""

    code: str
    name: str
    name_en: str
    role: str


DEFAULT_STEPS = (
    Step("prepare", "Thẩm định hồ sơ", "Prepare the decision", SPECIALIST),
    Step("sign", "Ký duyệt kết quả", "Sign the decision", LEADER),
)


class Steps:
    """A procedure's steps in order; the last one is the decision."""

    def __init__(self, data: Sequence[dict[str, Any]]) -> None:
        self._all = tuple(
            Step(row["code"], row["name"], row.get("name_en") or row["name"], row["role"]) for row in data
        )
        if not self._all:
            self._all = DEFAULT_STEPS
        elif self._all[-1].role != LEADER:
            # Whatever the procedure says, a decision is signed.
            self._all += (self._signature(),)

    def _signature(self) -> Step:
        """The default decision, under a code that no step of the procedure has."""
        taken = {step.code for step in self._all}
        sign = DEFAULT_STEPS[-1]
        codes = (f"{sign.code}-{number}" for number in count(2))
        return replace(sign, code=next(code for code in chain([sign.code], codes) if code not in taken))

    @property
    def first(self) -> Step:
        return self._all[0]

    def step(self, code: str) -> Step:
        return next(step for step in self._all if step.code == code)

    def is_last(self, code: str) -> bool:
        return self._all[-1].code == code

    def after(self, code: str) -> Step:
        return self._all[self._index(code) + 1]

    def before(self, code: str) -> Step:
        """The step that gets the dossier back; the first one keeps it."""
        return self._all[max(self._index(code) - 1, 0)]

    def _index(self, code: str) -> int:
        return self._all.index(self.step(code))


def step_name(state: State, current: str | None) -> str:
    """The step a dossier stands at, as an official's role may be limited to it."""
    return current or (RETURN if state is State.DONE else RECEPTION)


def waiting_on(
    state: State, step_role: str | None, *, answered: bool = False, posted: bool = False
) -> str | None:
    """The role whose turn it is, or None while the dossier waits for someone outside the agency."""
    match state:
        case State.NEW:
            return DESK
        case State.RECEIVED | State.PROCESSING:
            return step_role
        case State.SUPPLEMENT:
            return DESK if answered else None
        case State.SUSPENDED:
            return LEADER
        case State.DONE:
            return None if posted else DESK
    return None
