"""What people with keyboards, phones, screen readers and without JavaScript meet."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from services.identity import sandbox
from tests.browser.conftest import HOA, NAM, next_code

OUTSIDE = ("/account/sign-in", "/account/sign-up", "/account/recovery", "/account/nothing")
OWN = (
    "/account",
    "/account/sessions",
    "/account/devices",
    "/account/consents",
    "/account/password",
    "/account/authenticator",
    "/account/passkeys",
    "/account/step-up?acr=substantial",
    "/account/step-up?acr=high",
    "/account/step-up?then=/account/password",
    "/account/sign-out",
)
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def check(person, where):
    """Nothing for axe to find, and nothing to scroll sideways for at 320 CSS pixels."""
    found = Axe().run(person.page, options=WCAG)
    assert found.violations_count == 0, f"{where}\n{found.generate_report()}"
    person.page.set_viewport_size({"width": 320, "height": 640})
    wide = person.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320, f"{where} is {wide} wide"
    person.page.set_viewport_size({"width": 1280, "height": 800})


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_for_everybody(person, language):
    somebody = person()
    for path in OUTSIDE:
        somebody.go(f"{path}?language={language}")
        assert somebody.page.locator("html").get_attribute("lang") == language
        check(somebody, path)
    somebody.go("/account/sign-in")
    somebody.page.locator("main form button").first.click()
    assert somebody.page.locator(".problems").is_visible()
    assert somebody.page.evaluate("document.activeElement.className") == "problems"
    check(somebody, "a wrong sign-in")
    somebody.go("/account/recovery")
    somebody.page.fill("#identifier", "079085000099")
    somebody.page.locator("main button").click()
    check(somebody, somebody.at())


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_of_ones_own(person, language):
    somebody = person()
    somebody.sign_in(NAM)
    for path in OWN:
        somebody.go(path + ("&" if "?" in path else "?") + f"language={language}")
        assert somebody.at().startswith(path.partition("?")[0])
        assert somebody.page.locator("html").get_attribute("lang") == language
        check(somebody, path)


def test_the_second_factor_from_setting_up_to_signing_in(person):
    somebody = person()
    somebody.sign_in("receiver.thu")
    secret = somebody.set_up_app()
    assert somebody.page.locator(".codes code").count() == 10
    check(somebody, "recovery codes")
    somebody.go("/account/recovery-codes")
    check(somebody, somebody.at())
    other = person()
    other.sign_in("receiver.thu")
    assert other.at() == "/account/second-factor"
    check(other, other.at())
    other.page.fill("#code", next_code(secret))
    other.press("Continue")
    assert other.at() == "/account"
    assert "substantial" in other.page.content()


def test_with_the_keyboard_alone(person):
    somebody = person()
    somebody.go("/account/sign-in?language=en")
    keys = somebody.page.keyboard

    def focused():
        return somebody.page.evaluate(
            "document.activeElement.id || document.activeElement.textContent.trim()"
        )

    keys.press("Tab")
    assert focused() == "Skip to main content"
    assert somebody.page.locator(".skip").bounding_box()["x"] >= 0
    outline = somebody.page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"
    keys.press("Enter")
    keys.press("Tab")
    assert focused() == "identifier"
    keys.type(HOA)
    keys.press("Tab")
    keys.type(sandbox.PASSWORD)
    keys.press("Tab")
    assert focused() == "Sign in"
    keys.press("Enter")
    somebody.page.wait_for_url("**/account")


def test_without_javascript_on_a_small_phone(person):
    somebody = person(javascript=False, width=320)
    somebody.sign_in(HOA)
    assert somebody.at() == "/account"
    for path in ("/account/sessions", "/account/devices", "/account/passkeys", "/account/authenticator"):
        somebody.go(path)
        assert somebody.page.locator("h1").is_visible()
    somebody.go("/account/sign-out")
    somebody.press("Sign out here")
    assert somebody.at() == "/account/sign-in?notice=signed-out"
    assert somebody.page.get_by_role("status").inner_text() == "You are signed out."
    somebody.go("/account")
    assert somebody.at() == "/account/sign-in"
    assert not somebody.page.get_by_role("button", name="Sign in with a passkey").is_visible()
