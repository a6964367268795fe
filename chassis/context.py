"""How a request came in: deadline, key, token, language, trace. Travels as message headers."""

import time
from dataclasses import dataclass
from typing import Any

from chassis.envelope import closed_text, opened_text
from chassis.texts import Language

DEFAULT_DEADLINE_SECONDS = 5.0
HEADER = "nameko."


@dataclass(frozen=True, slots=True)
class RequestContext:
    deadline_ms: int | None = None
    command_id: str | None = None
    token: str | None = None
    language: Language = "vi"
    #: The versions the caller may be acting on; None for any.
    if_match: tuple[int, ...] | None = None
    traceparent: str | None = None
    call_id: str = ""

    @classmethod
    def from_headers(cls, headers: dict[str, Any]) -> "RequestContext":
        """Reads leniently: a malformed header is an absent one, but a malformed condition is never met."""

        def take(key: str) -> Any:
            return headers.get(HEADER + key, headers.get(key))

        stack = take("call_id_stack")
        return cls(
            deadline_ms=_whole(take("deadline")),
            command_id=_text(take("command_id")),
            token=opened_text(_text(take("token"))),
            language="en" if take("language") == "en" else "vi",
            if_match=_versions(take("if_match")),
            traceparent=_text(take("traceparent")),
            call_id=str(stack[-1]) if isinstance(stack, list) and stack else "",
        )

    def to_headers(self) -> dict[str, Any]:
        values: dict[str, Any] = {
            "nameko.deadline": self.deadline_ms,
            "nameko.command_id": self.command_id,
            # It says who somebody is.
            "nameko.token": closed_text(self.token),
            "nameko.language": self.language,
            "nameko.if_match": None if self.if_match is None else list(self.if_match),
            "nameko.call_id_stack": [self.call_id] if self.call_id else None,
            "traceparent": self.traceparent,
        }
        return {key: value for key, value in values.items() if value is not None}

    @property
    def seconds_left(self) -> float:
        if self.deadline_ms is None:
            return DEFAULT_DEADLINE_SECONDS
        return self.deadline_ms / 1000 - time.time()

    @property
    def expired(self) -> bool:
        return self.deadline_ms is not None and self.seconds_left <= 0


def _whole(value: Any) -> int | None:
    try:
        return None if value is None or isinstance(value, bool) else int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _versions(value: Any) -> tuple[int, ...] | None:
    if value is None:
        return None
    # One version alone is how edges before lists of tags tell it.
    versions = value if isinstance(value, list) else [value]
    return tuple(version for version in versions if type(version) is int)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
