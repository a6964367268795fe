"""Signing in to another organisation's web site with the account here, over real HTTP and back."""

import html
import re
import time
from urllib.parse import urlencode

import httpx
import pytest

from services.identity.sandbox import PASSWORD

HOA = "001190000011"
#: The same person at the provider in the VNeID style.
HOA_THERE = "T0000000011"


@pytest.fixture
def browser(platform):
    """A browser nobody has signed in with yet."""
    with httpx.Client(base_url=platform.url, timeout=30) as client:
        yield client


def form(reply, action: str) -> dict[str, str]:
    """What a page hides in its form for this address."""
    found = re.search(rf'<form[^>]*action="{action}"[^>]*>(.*?)</form>', reply.text, re.DOTALL)
    assert found, reply.text
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', found[1])
    return {name: html.unescape(value) for name, value in hidden}


def by_password(browser, reply):
    typed = {"identifier": HOA, "password": PASSWORD}
    return browser.post("/account/sign-in", data=form(reply, "/account/sign-in") | typed)


def by_vneid(browser, reply):
    away = browser.post("/account/vneid", data=form(reply, "/account/vneid"))
    return browser.post(away.headers["location"], data={"person": HOA_THERE, "action": "sign-in"})


def through(browser, reply, sign_in=by_password):
    """Through the redirects, signing in and agreeing where asked, to what the other web site shows."""
    for _ in range(12):
        if reply.is_redirect:
            reply = browser.get(reply.headers["location"])
        elif "/account/sign-in" in str(reply.url):
            reply = sign_in(browser, reply)
        elif "/account/consent" in str(reply.url):
            agreed = form(reply, "/account/consent") | {"decision": "allow"}
            reply = browser.post("/account/consent", data=agreed)
        else:
            return reply
    raise AssertionError("no end of redirects")


@pytest.mark.parametrize("client", ["sandbox-public", "sandbox-basic", "sandbox-jwt"])
def test_another_web_site_learns_who_it_is(platform, browser, client):
    reply = through(browser, browser.get(f"{platform.sandbox_url}/rp/sign-in?client={client}"))
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


def test_who_comes_from_vneid_goes_on_to_the_other_web_site(platform, browser):
    address = f"{platform.sandbox_url}/rp/sign-in?client=sandbox-public"
    told = through(browser, browser.get(address), by_vneid).json()
    assert (told["userinfo"]["name"], told["userinfo"]["loAs"]) == ("Nguyễn Thị Hoa", "2")
    assert told["id_token"]["acr"] == "substantial"


def test_the_command_line_registers_a_client_for_the_running_platform(platform):
    words = ["--name", "Tỉnh X", "--name-en", "X Province", "--kind", "province"]
    added = platform.command("client", "add", "x-province", *words, "--redirect", "https://x.example/cb")
    assert "shown this once" in added.stdout
    assert "x-province" in platform.command("client", "list").stdout
    refused = platform.command("client", "disable", "nobody", check=False)
    assert (refused.returncode, "there is no client nobody" in refused.stderr) == (1, True)
