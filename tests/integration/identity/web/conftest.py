"""A browser in front of the identity service's pages, without edge and broker."""

import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from chassis.schemas import Command
from services.identity import totp
from services.identity.settings import IdentitySettings
from services.identity.web import router
from services.identity.web.site import Site
from tests.integration.identity.conftest import HOA, PASSWORD, SECRET

ISSUER = "http://127.0.0.1:8000"


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: str

    @property
    def location(self) -> str:
        return self.headers["location"]


def field_of(page: Reply, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.body)
    assert found, page.body
    return found[1]


@dataclass
class Browser:
    """Keeps cookies, sends forms, follows nothing by itself."""

    identity: Any
    cookies: dict[str, str] = field(default_factory=dict)
    language: str = "vi"
    issuer: str = ISSUER
    address: str = "192.0.2.1"
    upstream: Any = None

    def ask(self, method: str, address: str, body: str = "", **headers: str) -> Reply:
        parts = urlsplit(address)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        carried = Command(
            {
                "method": method,
                "path": parts.path,
                "query": parts.query,
                "headers": [[name, value] for name, value in sent.items()],
                "body": body,
                "address": self.address,
            }
        )
        settings = IdentitySettings(SECRET, issuer=self.issuer)
        with self.identity.sessions.work(self.language) as work:
            answer = router.answer(carried, Site(work, self.identity.vault, settings, self.upstream))
        return self._kept(Reply(answer["status"], dict(answer["headers"]), answer["body"]), answer["headers"])

    def get(self, address: str, **headers: str) -> Reply:
        return self.ask("GET", address, **headers)

    def post(self, address: str, fields: dict[str, str], **headers: str) -> Reply:
        form = {"content_type": "application/x-www-form-urlencoded"}
        return self.ask("POST", address, urlencode(fields), **(form | headers))

    def fill(self, address: str, fields: dict[str, str], at: str | None = None, **headers: str) -> Reply:
        """Fill in the form of a page, as a browser sends it: with what is hidden in the page."""
        page = self.get(address)
        assert page.status == 200, (page.status, page.headers.get("location"), page.body)
        hidden = {"token": field_of(page, "token")}
        if "request=" in address:
            hidden["request"] = address.partition("request=")[2]
        return self.post(
            at or urlsplit(address).path, hidden | fields, sec_fetch_site="same-origin", **headers
        )

    def sign_in(self, password: str = PASSWORD, identifier: str = HOA["personalNumber"]) -> Reply:
        return self.fill("/account/sign-in", {"identifier": identifier, "password": password})

    def set_up_app(self) -> tuple[str, list[str]]:
        """An authenticator app for who is signed in: its secret and the recovery codes."""
        page = self.get("/account/authenticator")
        secret = "".join(re.search(r"<code>([A-Z2-7 ]+)</code>", page.body)[1].split())
        done = self.fill("/account/authenticator", {"code": self.code(secret)})
        assert done.status == 200, done.body
        return secret, re.findall(r"<li><code>([^<]+)</code>", done.body)

    def code(self, secret: str) -> str:
        return totp.code_at(secret, self.identity.clock.now())

    def _kept(self, reply: Reply, headers: list[tuple[str, str]]) -> Reply:
        for name, value in headers:
            if name == "set-cookie":
                for key, morsel in SimpleCookie(value).items():
                    self.cookies[key] = morsel.value
                    if morsel["max-age"] == "0":
                        del self.cookies[key]
        return reply


@pytest.fixture
def browser(identity):
    return Browser(identity)
