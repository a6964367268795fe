"""A browser in front of the identity service's pages, without edge and broker."""

from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from chassis.schemas import Command
from services.identity.settings import IdentitySettings
from services.identity.web import router
from services.identity.web.site import Site
from tests.integration.identity.conftest import SECRET

ISSUER = "http://127.0.0.1:8000"


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: str

    @property
    def location(self) -> str:
        return self.headers["location"]


@dataclass
class Browser:
    """Keeps cookies, sends forms, follows nothing by itself."""

    identity: Any
    cookies: dict[str, str] = field(default_factory=dict)
    language: str = "vi"

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
                "address": "192.0.2.1",
            }
        )
        settings = IdentitySettings(SECRET, issuer=ISSUER)
        with self.identity.sessions.work(self.language) as work:
            answer = router.answer(carried, Site(work, self.identity.vault, settings))
        return self._kept(Reply(answer["status"], dict(answer["headers"]), answer["body"]), answer["headers"])

    def get(self, address: str, **headers: str) -> Reply:
        return self.ask("GET", address, **headers)

    def post(self, address: str, fields: dict[str, str], **headers: str) -> Reply:
        form = {"content_type": "application/x-www-form-urlencoded"}
        return self.ask("POST", address, urlencode(fields), **(form | headers))

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
