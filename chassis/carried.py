"""HTTP that the edge carries to a service as it came, and back: pages, and the endpoints of other protocols."""

from dataclasses import dataclass

from chassis import fields
from chassis.api import Operation
from chassis.schemas import Schema

#: What of a request's head travels; anything else a service has no business with.
HEADERS_TAKEN = (
    "accept",
    "accept-language",
    "authorization",
    "content-type",
    "cookie",
    "origin",
    "sec-fetch-site",
    "user-agent",
)
#: What of an answer's head the edge passes on; the rest it sets itself.
HEADERS_GIVEN = frozenset(
    {
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-allow-origin",
        "access-control-max-age",
        "allow",
        "cache-control",
        "content-language",
        "content-security-policy",
        "content-type",
        "etag",
        "location",
        "pragma",
        "retry-after",
        "set-cookie",
        "vary",
        "www-authenticate",
    }
)
#: More than any form or token request of ours needs.
BODY_LIMIT_BYTES = 64 * 1024


class Request(Schema):
    """A request as the edge got it: nothing is decoded but the body's bytes, as Latin-1."""

    method = fields.Verbatim(max=10, required=True)
    path = fields.Verbatim(max=8_192, required=True)
    query = fields.Verbatim(max=8_192, required=True)
    headers = fields.Items(fields.Items(fields.Verbatim(max=32_768), min=2, max=2), required=True, max=50)
    body = fields.Verbatim(max=BODY_LIMIT_BYTES, required=True)
    #: Where it came from, for limits by address alone.
    address = fields.Verbatim(max=64, required=True)


class Answer(Schema):
    status = fields.Integer()
    headers = fields.Items(fields.Items(fields.Verbatim(max=32_768), min=2, max=2))
    body = fields.Verbatim(max=1_048_576)


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried(Operation):
    """Requests for these paths, with whatever method, are for `rpc` to answer; a path ending in / stands for all below."""

    paths: tuple[str, ...]
