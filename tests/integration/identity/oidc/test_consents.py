"""What people let clients know: asked, told, and taken back."""

from concurrent.futures import ThreadPoolExecutor

import orjson
import pytest

from chassis.caller import Caller
from chassis.errors import NotFound
from chassis.grants import admit
from chassis.schemas import Command
from services.identity import api
from services.identity.oidc import consents
from tests.integration.identity.oidc.conftest import EVERYTHING, answered, body, hidden


def given(rp, account, language="vi"):
    with rp.identity.sessions.work(language) as work:
        return consents.of(account, work)


def test_a_person_is_asked_once_and_again_only_for_more(rp, hoa):
    hoa.sign_in()
    first = hoa.browser.get(rp.address(scope="openid email"))
    page = hoa.browser.get(first.location)
    assert "Ngân hàng Sao Mai" in page.body
    assert "Địa chỉ thư điện tử" in page.body
    assert "Số điện thoại" not in page.body
    assert "form-action 'self' https://rp.example" in page.headers["content-security-policy"]
    assert "code" in hoa.follow(first)
    for scope in ("openid email", "openid"):
        assert "code" in answered(hoa.browser.get(rp.address(scope=scope)))
    more = hoa.browser.get(rp.address(scope="openid phone"))
    assert more.location.startswith("/account/consent?")
    hoa.follow(more)
    assert "code" in answered(hoa.browser.get(rp.address(scope="openid email phone")))
    (consent,) = given(rp, hoa.account, "en")
    assert (consent["client"], consent["name"], consent["version"]) == ("rp", "Morning Star Bank", 2)
    assert consent["scopes"] == ["email", "openid", "phone"]
    assert "Your phone number" in consent["allows"]


def test_single_claims_are_shown_and_agreed_to(rp, hoa):
    claims = orjson.dumps({"id_token": {"SoDinhDanh": None, "invented": None}}).decode()
    hoa.sign_in()
    reply = hoa.browser.get(rp.address(claims=claims))
    assert "SoDinhDanh" in hoa.browser.get(reply.location).body
    tokens = body(rp.exchange(hoa.follow(reply)["code"]))
    assert rp.read(tokens["id_token"])["SoDinhDanh"] == "001190000011"
    assert set(body(rp.userinfo(tokens["access_token"]))) == {"sub"}
    assert "code" in answered(hoa.browser.get(rp.address(claims=claims)))


def test_a_refusal_reaches_the_client_and_nothing_is_recorded(rp, hoa, audited):
    hoa.sign_in()
    answer = hoa.follow(hoa.browser.get(rp.address()), allow=False)
    assert (answer["error"], answer["state"]) == ("access_denied", rp.state)
    assert given(rp, hoa.account) == []
    assert audited()[-1] == ("authorize", "access_denied", "rp")


def test_only_our_own_page_of_this_session_can_agree(rp, hoa):
    hoa.sign_in()
    reply = hoa.browser.get(rp.address())
    fields = hidden(hoa.browser.get(reply.location).body) | {"decision": "allow"}
    forged = hoa.browser.post("/account/consent", fields | {"token": "x"})
    assert (forged.status, "location" in forged.headers) == (400, False)
    abroad = hoa.browser.post("/account/consent", fields, sec_fetch_site="cross-site")
    assert abroad.status == 400
    hoa.sign_in()
    assert hoa.browser.post("/account/consent", fields).status == 400
    assert given(rp, hoa.account) == []
    hoa.browser.cookies.clear()
    assert hoa.browser.post("/account/consent", fields).location.startswith("/account/sign-in?")


def test_taking_a_consent_back_ends_its_tokens_at_once(rp, register, hoa, audited):
    other = register("other")
    tokens, kept = hoa.tokens(rp, scope="openid offline_access"), hoa.tokens(other)
    code = hoa.authorize(rp)["code"]
    with rp.identity.sessions.work() as work:
        assert consents.revoke(hoa.account, "rp", work) is True
        assert consents.revoke(hoa.account, "rp", work) is False
        assert consents.revoke(hoa.account, "nobody", work) is False
    assert rp.userinfo(tokens["access_token"]).status == 401
    assert rp.refresh(tokens["refresh_token"]).status == 400
    assert rp.exchange(code).status == 400
    assert other.userinfo(kept["access_token"]).status == 200
    assert [consent["client"] for consent in given(rp, hoa.account)] == ["other"]
    assert ("consent-withdrawn", "ok", "rp") in audited()
    # From nothing again: what was agreed before is not taken for granted.
    again = hoa.browser.get(rp.address())
    assert again.location.startswith("/account/consent?")
    hoa.follow(again)
    scopes = {consent["client"]: consent["scopes"] for consent in given(rp, hoa.account)}
    assert scopes["rp"] == ["openid"]


def test_numbers_need_registration_scope_and_consent(register, hoa, tech_id):
    rp = register()
    tokens = hoa.tokens(rp, scope="openid vn.identity vn.account")
    told = body(rp.userinfo(tokens["access_token"]))
    assert told["SoDinhDanh"] == "001190000011"
    assert (told["LoaiTaiKhoan"], told["loAs"], told["TechID"]) == ("citizen", "1", tech_id(hoa.account))
    few = register("few", scopes=("profile",))
    claims = orjson.dumps({"userinfo": {"SoDinhDanh": {"essential": True}}}).decode()
    told = body(few.userinfo(hoa.tokens(few, scope="openid profile", claims=claims)["access_token"]))
    assert not {"SoDinhDanh", "TechID", "MaSoThue"} & set(told)


def test_a_business_is_told_as_one(rp, hoa, provider):
    representative = Caller(subject=hoa.account, kind="citizen", name="Phạm Quang Vinh")
    hoa.account = provider.sign_up_business(representative)["id"]
    tokens = hoa.tokens(rp, scope="openid profile vn.identity vn.account")
    told = body(rp.userinfo(tokens["access_token"]))
    assert (told["TenDoanhNghiep"], told["MaSoThue"]) == ("Công ty Sao Mai", "0100109106")
    assert (told["NguoiDaiDien"], told["LoaiTaiKhoan"]) == ("Phạm Quang Vinh", "business")
    assert not {"SoDinhDanh", "birthdate", "gender"} & set(told)


@pytest.mark.parametrize(("written", "said"), [("1985", "1985"), ("1985-03", "1985")])
def test_a_partial_birth_date_stays_partial(rp, hoa, provider, written, said):
    nam = provider.sign_up(personalNumber="079085000022", name="Trần Văn Nam", birthDate=written)
    hoa.account = nam["id"]
    told = body(rp.userinfo(hoa.tokens(rp, scope="openid profile")["access_token"]))
    assert (told["birthdate"], told["NgayThangNamSinh"]) == (said, written)


def test_clients_of_different_sectors_cannot_compare_notes(register, hoa, tech_id):
    def subject(rp):
        tokens = hoa.tokens(rp)
        claims = rp.read(tokens["id_token"])
        assert body(rp.userinfo(tokens["access_token"]))["sub"] == claims["sub"]
        return claims["sub"], claims["sid"]

    one = register("one", pairwise=True)
    same = register("same", pairwise=True)
    other = register("other", pairwise=True, sector="other.example")
    public = register("public")
    subjects = [subject(rp) for rp in (one, same, other, public)]
    assert subjects[0][0] == subjects[1][0] == subject(one)[0]
    assert len({sub for sub, _ in subjects}) == 3
    assert subjects[3][0] == tech_id(hoa.account)
    assert len({sid for _, sid in subjects}) == 4


def test_scopes_are_all_explained():
    from services.identity.oidc.scopes import SCOPES

    assert set(EVERYTHING) == set(SCOPES)
    assert all(scope.says.render(language) for scope in SCOPES.values() for language in ("vi", "en"))


def test_a_signed_in_caller_sees_and_takes_back_the_own_consents(rp, hoa, provider):
    hoa.tokens(rp)
    caller = Caller(subject=hoa.account, kind="citizen")
    stranger = Caller(subject=provider.sign_up_other()["id"], kind="citizen")
    one = {"client": "rp"}
    with pytest.raises(NotFound), provider.sessions.work() as work:
        consents.withdraw(Command(one), admit(api.WITHDRAW_CONSENT.allow, stranger), work)
    assert [consent["client"] for consent in given(rp, hoa.account)] == ["rp"]
    with provider.sessions.work() as work:
        assert consents.withdraw(Command(one), admit(api.WITHDRAW_CONSENT.allow, caller), work) == {}
    assert given(rp, hoa.account) == []


def test_two_pages_may_agree_at_the_same_moment(rp, hoa, provider):
    """The second waits for the first one's commit, and adds to it."""
    with ThreadPoolExecutor(1) as other, provider.sessions.work() as work:
        consents.give(hoa.account, "rp", ["openid"], [], work)
        work.session.flush()

        def agree() -> None:
            with provider.sessions.work() as second:
                consents.give(hoa.account, "rp", ["email"], [], second)

        agreed = other.submit(agree)
        with pytest.raises(TimeoutError):
            agreed.result(0.3)
        work.keep_so_far()
        agreed.result(5)
    with provider.sessions.work() as work:
        (consent,) = consents.of(hoa.account, work)
    assert consent["scopes"] == ["email", "openid"]
