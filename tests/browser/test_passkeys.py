"""A passkey from its making to its end, with the authenticator Chromium plays."""

from sqlalchemy import select, update

from services.identity.tables import Account, Passkey, Session

OWNER = "desk.hoa"


def newest(site):
    with site.database.sessions().work() as work:
        session = work.session.scalars(select(Session).order_by(Session.id.desc()).limit(1)).one()
        return session.acr, session.amr


def test_a_passkey_is_made_used_named_and_removed(person, site):
    somebody = person()
    session, authenticator = somebody.passkeys()
    somebody.sign_in(OWNER)
    somebody.go("/account/passkeys")
    somebody.page.fill("#name", "my laptop")
    somebody.press("Add")
    somebody.page.wait_for_selector(".codes")
    assert somebody.page.locator(".codes code").count() == 10
    kept = session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert kept[0]["isResidentCredential"]
    assert kept[0]["rpId"] == "localhost"

    somebody.go("/account/sign-out")
    somebody.press("Sign out here")
    somebody.press("Sign in with a passkey")
    somebody.page.wait_for_url("**/account")
    assert newest(site) == ("substantial", ["hwk", "user", "mfa"])

    with site.database.sessions().work() as work:
        work.session.execute(
            update(Account).where(Account.identifier_digest == OWNER).values(proofing="verified")
        )
    somebody.go("/account/step-up?acr=high")
    somebody.press("Use a passkey")
    somebody.page.wait_for_url("**/account")
    assert newest(site)[0] == "high"

    with_password = person()
    with_password.sign_in(OWNER)
    assert with_password.at() == "/account/second-factor"

    somebody.go("/account/passkeys")
    somebody.page.get_by_label("New name").fill("old laptop")
    somebody.page.get_by_role("button", name="Rename").click()
    assert somebody.page.get_by_role("heading", name="old laptop").is_visible()
    somebody.page.get_by_role("button", name="Remove").click()
    assert somebody.page.get_by_role("heading", name="old laptop").count() == 0
    somebody.go("/account/sign-out")
    somebody.press("Sign out here")
    somebody.press("Sign in with a passkey")
    somebody.page.wait_for_url("**/account/passkey")
    assert "could not be verified" in somebody.page.content()


def test_a_copied_passkey_is_noticed_by_its_count(person, site):
    somebody = person()
    somebody.passkeys()
    somebody.sign_in("leader.lan")
    somebody.go("/account/passkeys")
    somebody.page.fill("#name", "key")
    somebody.press("Add")
    somebody.page.wait_for_selector(".codes")
    with site.database.sessions().work() as work:
        work.session.execute(update(Passkey).values(sign_count=1_000))
    somebody.go("/account/sign-out")
    somebody.press("Sign out here")
    somebody.press("Sign in with a passkey")
    somebody.page.wait_for_url("**/account/passkey")
    assert "could not be verified" in somebody.page.content()
