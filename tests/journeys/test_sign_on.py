"""Signing in to another organisation's web site with the account here, over real HTTP and back."""

import html
import re
import time
from urllib.parse import urlencode

import httpx
import pytest

from chassis.database import Sessions, create_service_engine
from chassis.settings import Settings
from deploy.local import control
from services.identity.web import browsing


@pytest.fixture
def browser(platform, citizen):
    """A browser whose person has signed in: a session, and its cookie."""
    told = control.ask(platform.directory, "environment", service="identity")["environment"]
    engine = create_service_engine(Settings.from_environment(told), pool_size=1)
    with Sessions(engine).work() as work:
        _, value = browsing.start(citizen.get("/me").body["id"], "low", ["pwd"], work)
    engine.dispose()
    with httpx.Client(base_url=platform.url, timeout=30) as client:
        client.cookies.set("motcua", value, domain="127.0.0.1")
        yield client


def consented(browser, reply):
    """Through the redirects, agreeing where asked, to what the other web site shows."""
    for _ in range(8):
        if reply.is_redirect:
            reply = browser.get(reply.headers["location"])
            continue
        if "/account/consent" not in str(reply.url):
            return reply
        fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', reply.text))
        fields = {name: html.unescape(value) for name, value in fields.items()} | {"decision": "allow"}
        reply = browser.post("/account/consent", data=fields)
    raise AssertionError("no end of redirects")


@pytest.mark.parametrize("client", ["sandbox-public", "sandbox-basic", "sandbox-jwt"])
def test_another_web_site_learns_who_it_is(platform, browser, client):
    reply = consented(browser, browser.get(f"{platform.sandbox_url}/rp/sign-in?client={client}"))
    assert reply.status_code == 200, reply.text
    told = reply.json()
    assert told["userinfo"]["name"] == "Nguyễn Thị Hoa"
    assert told["userinfo"]["SoDinhDanh"] == "001190000011"
    assert told["id_token"]["iss"] == platform.url
    out = {
        "id_token_hint": told["tokens"]["id_token"],
        "post_logout_redirect_uri": f"{platform.sandbox_url}/rp",
    }
    left = browser.get(f"/oauth/logout?{urlencode(out)}")
    assert (left.status_code, left.headers["location"]) == (303, f"{platform.sandbox_url}/rp")
    deadline = time.monotonic() + 30
    while told["id_token"]["sid"] not in httpx.get(f"{platform.sandbox_url}/rp/signed-out").json()["sids"]:
        assert time.monotonic() < deadline, "the web site was not told"
        time.sleep(0.3)
    bearer = {"authorization": f"Bearer {told['tokens']['access_token']}"}
    assert browser.get("/oauth/userinfo", headers=bearer).status_code == 401


def test_the_command_line_registers_a_client_for_the_running_platform(platform):
    words = ["--name", "Tỉnh X", "--name-en", "X Province", "--kind", "province"]
    added = platform.command("client", "add", "x-province", *words, "--redirect", "https://x.example/cb")
    assert "shown this once" in added.stdout
    assert "x-province" in platform.command("client", "list").stdout
    refused = platform.command("client", "disable", "nobody", check=False)
    assert (refused.returncode, "there is no client nobody" in refused.stderr) == (1, True)
