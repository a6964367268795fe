"""Values that must not be found, and looking for them in every form in which software writes text down."""

import base64
import json
import re
import secrets
import string
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

#: Shorter remains of a form would be found by chance.
_SHORTEST = 8


def word() -> str:
    """Letters that nobody has written before."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(10)).capitalize()


def digits(count: int) -> str:
    return "".join(secrets.choice(string.digits) for _ in range(count))


def forms(value: str) -> set[bytes]:
    """The value as text, in other encodings, escaped, as hexadecimal digits, and inside any base64."""
    escaped = json.dumps(value)[1:-1]
    texts = {value, escaped, re.sub(r"\\u....", lambda found: found[0].upper().replace("U", "u", 1), escaped)}
    plain = {text.encode() for text in texts} | {quote(value).encode()}
    wide = {value.encode("utf-16-le"), value.encode("utf-16-be")}
    hexed = {digits for raw in plain | wide for digits in (raw.hex().encode(), raw.hex().upper().encode())}
    inside = {piece for raw in plain | wide for piece in _inside_base64(raw)}
    return {form for form in plain | wide | hexed | inside if len(form) >= _SHORTEST}


def _inside_base64(raw: bytes) -> Iterable[bytes]:
    """What of it is the same whatever stands before and after, at each of the three offsets."""
    for offset in range(3):
        padded = b"\0" * offset + raw
        whole = base64.b64encode(padded[: len(padded) // 3 * 3])
        yield whole[(0, 4, 4)[offset] :]
        yield whole[(0, 4, 4)[offset] :].translate(bytes.maketrans(b"+/", b"-_"))


@dataclass(frozen=True)
class Found:
    canary: str
    place: str


def search(canaries: dict[str, str], sources: Iterable[tuple[str, bytes]]) -> list[Found]:
    """Which canaries, by name, are in which sources."""
    wanted = {name: forms(value) for name, value in canaries.items()}
    return [
        Found(name, place)
        for place, content in sources
        for name, patterns in wanted.items()
        if any(pattern in content for pattern in patterns)
    ]
