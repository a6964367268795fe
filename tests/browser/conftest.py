"""Debian's Chromium in front of a real edge and a real identity service."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from chassis.jobs import consumed_types
from chassis.topology import declare
from services.identity import sandbox, starter, totp
from tests.integration.conftest import RETRY_DELAYS_MS, broker, databases, postgres_url
from tests.support.databases import Databases
from tests.support.processes import Running, free_port
from tests.support.servers import Broker, fresh_name
from tests.support.service_keys import SERVICE_ENVIRONMENT

__all__ = ["broker", "databases", "postgres_url"]

CHROMIUM = "/usr/bin/chromium"
#: Also: nothing is asked of the network but what a page loads.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
IDENTITY_SECRET = "a secret of the tests, 32 characters or more"
HOA, NAM = "001190000011", "079085000022"


@dataclass
class Site:
    url: str
    database: Any


@pytest.fixture(scope="session")
def site(broker: Broker, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    directory = tmp_path_factory.mktemp("site")
    amqp_url, database = broker.add_vhost(fresh_name("vhost")), databases.fresh("identity")
    declare(amqp_url, "identity", consumed_types("identity"), RETRY_DELAYS_MS)
    os.environ["IDENTITY_SECRET"] = IDENTITY_SECRET
    starter.load(database.sessions(), sandbox=True)
    port = free_port()
    shared = {
        "AMQP_URL": amqp_url,
        **SERVICE_ENVIRONMENT,
        # Passkeys are made for names, not for numbers.
        "PUBLIC_URL": f"http://localhost:{port}",
        "PYTHONWARNINGS": "ignore",
        "RETRY_DELAYS_MS": ",".join(map(str, RETRY_DELAYS_MS)),
        "WAITING_DELAY_MS": str(RETRY_DELAYS_MS[0]),
    }
    identity = {
        "DATABASE_URL": database.url,
        "IDENTITY_SECRET": IDENTITY_SECRET,
        "ADDRESS_LIMIT_FACTOR": "100",
    }
    edge = {"EDGE_PORT": str(port), "OBJECT_STORE_URL": (directory / "objects").as_uri()}
    running = [
        _started(["-m", "chassis", "serve", "identity"], shared | identity, directory / "identity.log"),
        _started(["-m", "edge"], shared | edge | {"RATE_LIMIT": "100000/minute"}, directory / "edge.log"),
    ]
    yield Site(f"http://localhost:{port}", database)
    for process in running:
        process.kill()
    databases.drop(database)


def _started(arguments: list[str], environment: dict[str, str], log: Path) -> Running:
    port = free_port()
    return Running(arguments, environment | {"METRICS_PORT": str(port)}, log, port).start(60)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@dataclass
class Person:
    """Somebody at a browser of their own."""

    site: Site
    context: BrowserContext
    page: Page
    requests: list[str]

    def go(self, path: str) -> None:
        self.page.goto(self.site.url + path)

    def at(self) -> str:
        return self.page.url.removeprefix(self.site.url)

    def press(self, text: str) -> None:
        self.page.get_by_role("button", name=text, exact=True).click()

    def sign_in(self, identifier: str = HOA) -> None:
        self.go("/account/sign-in?language=en")
        self.page.fill("#identifier", identifier)
        self.page.fill("#password", sandbox.PASSWORD)
        self.press("Sign in")

    def set_up_app(self) -> str:
        self.go("/account/authenticator")
        secret = "".join(self.page.locator("code").inner_text().split())
        self.page.fill("#code", totp.code_at(secret, datetime.now(UTC)))
        self.press("Turn on")
        return secret

    def passkeys(self) -> Any:
        """A platform authenticator that knows its user at once; the CDP session to ask about it."""
        session = self.context.new_cdp_session(self.page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return session, added["authenticatorId"]


def next_code(secret: str) -> str:
    """The next step's: this step's was used to set the app up."""
    return totp.code_at(secret, datetime.now(UTC) + timedelta(seconds=totp.STEP_SECONDS))


@pytest.fixture
def person(chromium: Browser, site: Site) -> Iterator[Any]:
    """`person(javascript=False, width=320)` -> somebody new; all they load is from us."""
    made: list[Person] = []

    def make(*, javascript: bool = True, width: int = 1280) -> Person:
        size = {"width": width, "height": 800}
        context = chromium.new_context(java_script_enabled=javascript, viewport=size, locale="vi-VN")
        context.set_default_timeout(10_000)
        page, requests = context.new_page(), []
        page.on("request", lambda request: requests.append(request.url))
        made.append(Person(site, context, page, requests))
        return made[-1]

    yield make
    for one in made:
        one.context.close()
        assert all(url.startswith((site.url + "/", "data:")) for url in one.requests), one.requests
