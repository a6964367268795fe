"""One HTTP request as the edge carried it here, and the answer to it."""

from dataclasses import dataclass, field
from functools import cached_property
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import orjson

from chassis.texts import Language

_MAX_FIELDS = 100
FORM = "application/x-www-form-urlencoded"


class Request:
    def __init__(self, carried: Any, language: Language) -> None:
        self.method: str = carried.method
        self.path: str = carried.path
        self.query: str = carried.query
        self.address: str = carried.address
        self.language = language
        self._body: str = carried.body
        self._headers: dict[str, str] = {}
        for name, value in carried.headers:
            self._headers[name.lower()] = value

    def header(self, name: str) -> str:
        return self._headers.get(name, "")

    @property
    def headers(self) -> dict[str, str]:
        return self._headers

    @property
    def content_type(self) -> str:
        return self.header("content-type").partition(";")[0].strip().lower()

    @cached_property
    def cookies(self) -> dict[str, str]:
        try:
            return {name: morsel.value for name, morsel in SimpleCookie(self.header("cookie")).items()}
        except CookieError:
            return {}

    @cached_property
    def query_pairs(self) -> list[tuple[str, str]]:
        return _pairs(self.query)

    @cached_property
    def form_pairs(self) -> list[tuple[str, str]]:
        return _pairs(self._body) if self.content_type == FORM else []

    @cached_property
    def form(self) -> dict[str, str]:
        """The fields of a form of ours; the last of a name counts."""
        return dict(self.form_pairs)

    @cached_property
    def arguments(self) -> dict[str, str]:
        """The query's fields; the last of a name counts."""
        return dict(self.query_pairs)

    def json(self) -> Any:
        """The body as JSON; ValueError when it is none."""
        return orjson.loads(self._body.encode("latin-1"))


def _pairs(text: str) -> list[tuple[str, str]]:
    """Fields of a form or query, empty ones too; none at all when it is malformed."""
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except (ValueError, UnicodeError):
        return []


@dataclass(slots=True)
class Answer:
    status: int = 200
    body: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)

    def with_header(self, name: str, value: str) -> "Answer":
        self.headers.append((name, value))
        return self


def json(value: Any, status: int = 200, cache: str = "no-store") -> Answer:
    body = orjson.dumps(value).decode()
    return Answer(status, body, [("content-type", "application/json"), ("cache-control", cache)])


def text(body: str, content_type: str, cache: str) -> Answer:
    return Answer(200, body, [("content-type", content_type), ("cache-control", cache)])


def redirect(address: str, status: int = 303) -> Answer:
    return Answer(status, "", [("location", address), ("cache-control", "no-store")])


def with_parameters(address: str, parameters: dict[str, str]) -> str:
    """The address with more query parameters; its own are kept."""
    parts = urlsplit(address)
    query = "&".join(text for text in (parts.query, urlencode(parameters)) if text)
    return urlunsplit(parts._replace(query=query))
