"""Signing in for another organisation: what its request changes on our pages."""

import pytest

from services.identity.web import pending
from tests.integration.identity.web.conftest import Browser

REQUEST = "q-123"
PAGE = f"/account/sign-in?request={REQUEST}"


@pytest.fixture
def asked(monkeypatch):
    wishes = {
        "client_name": "Ngân hàng <Sao>",
        "login_hint": "001190000011",
        "ui_locales": "fr en",
        "acr": "substantial",
        "reauthenticate": False,
        "leads_to": ("https://bank.example",),
    }
    monkeypatch.setattr(pending, "summary", lambda request, _: wishes if request == REQUEST else None)
    return wishes


def test_the_page_says_for_whom_in_the_language_they_wish(browser, identity, asked):
    page = browser.get(PAGE)
    assert '<html lang="en">' in page.body
    assert "Ngân hàng &lt;Sao&gt;" in page.body
    assert 'value="001190000011"' in page.body
    assert "form-action 'self' https://bank.example" in page.headers["content-security-policy"]
    assert f'href="/account/sign-in?request={REQUEST}&amp;language=vi"' in page.body
    assert '<html lang="vi">' in browser.get(f"{PAGE}&language=vi").body


def test_a_sign_in_goes_back_to_the_request(browser, identity, asked):
    identity.sign_up()
    wrong = browser.fill(PAGE, {"identifier": "001190000011", "password": "wrong"})
    assert f'name="request" value="{REQUEST}"' in wrong.body
    done = browser.fill(PAGE, {"identifier": "001190000011", "password": "ba con mèo trên mái nhà"})
    assert done.location == f"/oauth/continue?request={REQUEST}"


def test_a_second_factor_and_a_step_up_go_back_too(browser, identity, asked):
    identity.sign_up()
    browser.sign_in()
    _, codes = browser.set_up_app()
    other = Browser(identity)
    other.get(PAGE)
    second = other.fill(PAGE, {"identifier": "001190000011", "password": "ba con mèo trên mái nhà"})
    assert second.location == f"/account/second-factor?request={REQUEST}"
    assert other.fill(second.location, {"code": codes[0]}).location == f"/oauth/continue?request={REQUEST}"
    step_up = f"/account/step-up?request={REQUEST}"
    assert other.get(step_up).location == f"/oauth/continue?request={REQUEST}"
    asked["reauthenticate"] = True
    page = other.get(step_up)
    assert 'name="password"' in page.body
    assert 'name="code"' in page.body
    fields = {"password": "ba con mèo trên mái nhà", "code": codes[1]}
    assert other.fill(step_up, fields).location == f"/oauth/continue?request={REQUEST}"
    assert Browser(identity).get(step_up).location == PAGE


def test_a_request_that_is_gone_leaves_a_plain_page(browser, identity, asked):
    page = browser.get("/account/sign-in?request=other")
    assert page.status == 200
    assert "Sao" not in page.body
