"""What answers where, before any page."""

from datetime import timedelta

from services.identity.settings import IdentitySettings
from services.identity.web import browsing
from services.identity.web.http import Request
from services.identity.web.site import Site
from tests.integration.identity.conftest import SECRET


def test_style_sheet_and_unknown_pages(browser):
    assert "font" in browser.get("/account/assets/account.css").body
    missing = browser.get("/account/nothing")
    assert missing.status == 404
    assert '<html lang="vi">' in missing.body
    assert browser.post("/account/assets/account.css", {}).status == 405


def test_a_session_lives_while_it_is_used(browser, identity):
    account = identity.sign_up()["id"]
    with identity.sessions.work() as work:
        site = Site(work, identity.vault, IdentitySettings(SECRET))
        session, value = browsing.start(account, "low", ["pwd"], work)

    def seen(cookie: str):
        with identity.sessions.work() as work:
            request = Request(_carried(f"motcua={cookie}"), "vi")
            return browsing.current(request, Site(work, identity.vault, site.settings))

    for _ in range(3):
        identity.clock.move(timedelta(minutes=14))
        assert seen(value).id == session.id
    assert seen(value[:-1]) is None
    identity.clock.move(timedelta(minutes=15, seconds=1))
    assert seen(value) is None


def _carried(cookie: str):
    from chassis.schemas import Command

    head = [["cookie", cookie]]
    return Command({"method": "GET", "path": "/", "query": "", "headers": head, "body": "", "address": ""})
