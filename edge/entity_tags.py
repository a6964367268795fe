"""The entity tags of `If-Match` (RFC 9110, section 13.1.1)."""

import re

from edge.errors import MOST_TAGS, IfMatchInvalid

_TAG = rb'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_TAGS = re.compile(rb"[ \t,]*%b(?:[ \t]*,[ \t,]*%b){0,%d}[ \t,]*" % (_TAG, _TAG, MOST_TAGS - 1))
_PARTS = re.compile(rb'(W/)?"([^"]*)"')
_VERSION = re.compile(rb"[1-9][0-9]{0,17}")


def versions(if_match: bytes) -> list[int] | None:
    """The versions named, in order; None for `*`. A weak tag, or one not given out here, names none."""
    if if_match.strip(b" \t") == b"*":
        return None
    if not _TAGS.fullmatch(if_match):
        raise IfMatchInvalid
    strong = [tag for weak, tag in _PARTS.findall(if_match) if not weak]
    return sorted({int(tag) for tag in strong if _VERSION.fullmatch(tag)})
