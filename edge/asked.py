"""One HTTP request as the edge sees it: headers once read, language, trace, and how it ended."""

import re
import time
from functools import lru_cache
from typing import Any

from chassis.errors import Unauthenticated
from chassis.texts import LANGUAGES, Language
from chassis.trace import accepted
from edge import entity_tags
from edge.errors import IdempotencyKeyInvalid, IdempotencyKeyMissing, PreconditionRequired

_KEY = re.compile(rb"[\x21-\x7e]{1,255}")
_BEARER = re.compile(rb"[Bb]earer ([A-Za-z0-9._~+/-]{1,4096}=*)")


class Asked:
    """What the outer door learns of a request, for all that handle it further in."""

    __slots__ = (
        "_lines",
        "answer_headers",
        "headers",
        "language",
        "path",
        "policy",
        "route",
        "started",
        "status",
        "traceparent",
    )

    def __init__(self, scope: Any) -> None:
        self.started = time.perf_counter()
        self._lines: list[tuple[bytes, bytes]] = scope["headers"]
        self.headers: dict[bytes, bytes] = dict(self._lines)
        self.path: str = scope["path"]
        self.language = preferred(self.headers.get(b"accept-language", b""))
        traceparent = self.headers.get(b"traceparent")
        self.traceparent = accepted(traceparent.decode("latin-1") if traceparent else None)
        self.route = "unmatched"
        self.status = 0
        #: For the answer, whatever it will be.
        self.answer_headers: list[tuple[bytes, bytes]] = []
        #: What a browser may do with the answer; pages ask for more.
        self.policy = b"default-src 'none'; frame-ancestors 'none'"

    @property
    def trace_id(self) -> str:
        return self.traceparent[3:35]

    def token(self) -> str | None:
        """The bearer token as received; only the service that is asked can tell whether it is any good."""
        header = self.headers.get(b"authorization")
        if header is None:
            return None
        match = _BEARER.fullmatch(header)
        if match is None:
            raise Unauthenticated
        return match.group(1).decode("ascii")

    def command_id(self) -> str:
        key = self.headers.get(b"idempotency-key")
        if key is None:
            raise IdempotencyKeyMissing
        if not _KEY.fullmatch(key):
            raise IdempotencyKeyInvalid
        return key.decode("ascii")

    def if_match(self) -> list[int] | None:
        """The versions the caller may be acting on; None for any."""
        # A list may come in several lines.
        lines = [value for name, value in self._lines if name == b"if-match"]
        if not lines:
            raise PreconditionRequired
        return entity_tags.versions(b",".join(lines))

    def content_type(self) -> str:
        """The media type of the body, in lower case and without parameters."""
        return self.headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()


@lru_cache(maxsize=512)
def preferred(accept_language: bytes) -> Language:
    """The best of our languages for an Accept-Language header; Vietnamese unless another is preferred."""
    best: tuple[float, Language] = (0.0, "vi")
    for part in accept_language.decode("latin-1").split(",")[:20]:
        tag, _, parameters = part.strip().partition(";")
        language = tag.partition("-")[0].strip().lower()
        quality = _quality(parameters)
        for known in LANGUAGES:
            if language == known and quality > best[0]:
                best = (quality, known)
    return best[1]


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
