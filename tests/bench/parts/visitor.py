"""A person with a browser: keeps cookies, fills in forms, goes where answers lead, from an address of their own."""

import http.client
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Self
from urllib.parse import urlencode, urljoin, urlsplit

FORM = "application/x-www-form-urlencoded"
_MOST_REDIRECTS = 10


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: set[str] = field(default_factory=set)


class _Forms(HTMLParser):
    """The forms of a page that are posted."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = given.get("method") == "post"
            self.found += [Form(given["action"])] if self._open else []
        elif self._open and tag == "button":
            self.found[-1].buttons.add(given.get("name", ""))
        elif self._open and tag == "input":
            self.found[-1].fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "form"


@dataclass(frozen=True)
class Page:
    status: int
    address: str
    body: str
    #: Where it leads, when that is another site.
    away: str = ""

    def form(self, name: str) -> Form:
        """The form with this field or button."""
        for form in _Forms(self.body).found:
            if name in form.fields or name in form.buttons:
                return form
        raise LookupError(f"{self.status} at {urlsplit(self.address).path}: no form with {name}")


class Visitor:
    def __init__(self, host: str, port: int, source: str) -> None:
        self._origin = f"http://{host}:{port}"
        self._connection = http.client.HTTPConnection(host, port, timeout=60, source_address=(source, 0))
        self._cookies: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def get(self, path: str) -> Page:
        return self._follow("GET", urljoin(self._origin, path))

    def send(self, page: Page, form: Form, **values: str) -> Page:
        """The form with these values, as its page would send it."""
        return self._follow("POST", urljoin(page.address, form.action), urlencode(form.fields | values))

    def post(self, path: str, body: str, kind: str = FORM) -> Page:
        """As a program does it, which has no cookies."""
        status, _, text = self._ask("POST", path, body, {"Content-Type": kind})
        return Page(status, path, text)

    def _follow(self, method: str, address: str, body: str = "") -> Page:
        for _ in range(_MOST_REDIRECTS):
            status, location, text = self._browse(method, address, body)
            if not location:
                return Page(status, address, text)
            target = urljoin(address, location)
            if not target.startswith(self._origin + "/"):
                return Page(status, address, text, target)
            method, address, body = "GET", target, ""
        raise LookupError(f"led on without end, last to {address}")

    def _browse(self, method: str, address: str, body: str) -> tuple[int, str, str]:
        parts = urlsplit(address)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if method == "POST":
            headers |= {"Content-Type": FORM, "Origin": self._origin}
        status, told, text = self._ask(method, parts._replace(scheme="", netloc="").geturl(), body, headers)
        for line in told.get_all("set-cookie") or []:
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return status, told.get("location", ""), text

    def _ask(
        self, method: str, path: str, body: str, headers: dict[str, str]
    ) -> tuple[int, http.client.HTTPMessage, str]:
        self._connection.request(method, path, body.encode() or None, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
