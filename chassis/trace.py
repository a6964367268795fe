"""The W3C trace context of the work at hand, one per green thread or task."""

import re
from contextvars import ContextVar
from random import getrandbits

_PATTERN = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)


def new_traceparent() -> str:
    # Random enough to tell requests apart; it guards nothing, so it need not cost system calls.
    return f"00-{getrandbits(128):032x}-{getrandbits(64):016x}-01"


def accepted(traceparent: object) -> str:
    """The caller's trace context when it is well-formed, else a new one."""
    known = isinstance(traceparent, str) and _PATTERN.fullmatch(traceparent)
    return str(traceparent) if known else new_traceparent()


def set_traceparent(traceparent: object) -> None:
    _current.set(accepted(traceparent))


def current_traceparent() -> str:
    traceparent = _current.get()
    if traceparent is None:
        traceparent = new_traceparent()
        _current.set(traceparent)
    return traceparent


def trace_id(traceparent: str | None) -> str:
    match = _PATTERN.fullmatch(traceparent or "")
    return match.group(1) if match else ""
