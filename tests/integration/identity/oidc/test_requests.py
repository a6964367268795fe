"""Authorization requests beyond the happy way: what is refused, how, and when a person is asked."""

from datetime import timedelta
from urllib.parse import urlencode

import orjson

from services.identity.oidc import pending, registering
from tests.integration.identity.oidc.conftest import CALLBACK, answered, body, hidden
from tests.integration.identity.web.conftest import ISSUER


def essential(*levels):
    return orjson.dumps({"id_token": {"acr": {"essential": True, "values": list(levels)}}}).decode()


WRONG = [
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": 'co"de\\'}, "unsupported_response_type"),
    ({"scope": "profile"}, "invalid_scope"),
    ({"scope": None}, "invalid_scope"),
    ({"code_challenge": None}, "invalid_request"),
    ({"code_challenge": "short"}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"),
    ({"prompt": "none login"}, "invalid_request"),
    ({"prompt": "create"}, "invalid_request"),
    ({"max_age": "-1"}, "invalid_request"),
    ({"max_age": "٣"}, "invalid_request"),
    ({"claims": "{"}, "invalid_request"),
    ({"claims": "[]"}, "invalid_request"),
    ({"claims": '{"id_token": 7}'}, "invalid_request"),
    ({"claims": essential("urn:other")}, "unmet_authentication_requirements"),
    ({"id_token_hint": "eyJ.a.b"}, "invalid_request"),
    ({"nonce": "n" * 513}, "invalid_request"),
    ({"nonce": "a\0b"}, "invalid_request"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"registration": "{}"}, "registration_not_supported"),
]


def test_a_wrong_request_is_answered_at_the_client(rp, hoa, audited):
    for changes, error in WRONG:
        answer = answered(hoa.browser.get(rp.address(**changes)))
        assert (answer["error"], answer["state"], answer["iss"]) == (error, rp.state, ISSUER), changes
        assert audited()[-1] == ("authorize", error, "rp")


def test_nobody_is_sent_to_an_address_that_cannot_be_trusted(rp, hoa, audited):
    for changes in (
        {"client_id": "nobody"},
        {"client_id": None},
        {"client_id": "a\0b"},
        {"redirect_uri": None},
        {"redirect_uri": CALLBACK + "/"},
        {"redirect_uri": CALLBACK + "?x=1"},
        {"redirect_uri": CALLBACK.upper()},
        {"redirect_uri": 'https://rp.example/call"back\\'},
    ):
        reply = hoa.browser.get(rp.address(**changes))
        assert (reply.status, "location" in reply.headers) == (400, False), changes
    twice = hoa.browser.get(rp.address() + "&" + urlencode({"redirect_uri": CALLBACK}))
    assert twice.status == 400
    as_json = hoa.browser.ask("POST", "/oauth/authorize", "{}", content_type="application/json")
    assert as_json.status == 400
    assert {entry[:2] for entry in audited()[1:-1]} <= {
        ("authorize", "invalid_client"),
        ("authorize", "invalid_request"),
    }


def test_a_parameter_sent_twice_is_refused(rp, hoa):
    for name in ("state", "scope", "nonce", "code_challenge", "claims"):
        answer = answered(hoa.browser.get(rp.address(**{name: "a"}) + f"&{name}=b"))
        assert answer["error"] == "invalid_request"
    # Without a value it counts as left out.
    assert "error" not in answered(hoa.browser.get(rp.address() + "&state="))


def test_a_scope_is_unknown_or_not_for_this_client(register, hoa):
    rp = register(scopes=("profile",))
    answer = answered(hoa.browser.get(rp.address(scope="openid vn.identity")))
    assert answer["error"] == "invalid_scope"
    assert hoa.tokens(rp, scope="openid something.else")["scope"] == "openid"


def test_a_loopback_address_may_have_any_port_for_native_clients_alone(register, hoa):
    native = register(
        "native", auth_method="none", native=True, redirect_uris=["http://127.0.0.1/cb", "vn.app:/cb"]
    )
    for address in ("http://127.0.0.1:51004/cb", "http://127.0.0.1/cb", "vn.app:/cb"):
        native.redirect_uri = address
        assert "id_token" in hoa.tokens(native)
    for address in (
        "http://127.0.0.1:51004/other",
        "http://localhost:51004/cb",
        "https://127.0.0.1:51004/cb",
        "http://127.0.0.1:99999999/cb",
        "http://evil@127.0.0.1:51004/cb",
        "http://127.0.0.1:51004/cb?x=1",
    ):
        assert hoa.browser.get(native.address(redirect_uri=address)).status == 400, address
    plain = register("plain", auth_method="none", redirect_uris=["http://127.0.0.1/cb"])
    assert hoa.browser.get(plain.address(redirect_uri="http://127.0.0.1:51004/cb")).status == 400


def test_an_answer_can_be_posted_by_a_form_of_ours(rp, hoa):
    hoa.authorize(rp)
    reply = hoa.browser.get(rp.address(response_mode="form_post"))
    fields = hidden(reply.body)
    assert (fields["state"], fields["iss"]) == (rp.state, ISSUER)
    assert rp.exchange(fields["code"]).status == 200
    assert f'action="{CALLBACK}"' in reply.body
    assert "form-action 'self' https://rp.example" in reply.headers["content-security-policy"]
    assert '<script src="/account/assets/post-form.js">' in reply.body
    assert "submit()" in hoa.browser.get("/account/assets/post-form.js").body
    refused = hoa.browser.get(rp.address(response_mode="form_post", prompt="none", max_age="0"))
    assert hidden(refused.body)["error"] == "login_required"


def test_prompts_ask_the_person_again(rp, hoa):
    hoa.authorize(rp)
    rp.identity.clock.move(timedelta(seconds=5))
    chosen = hoa.browser.get(rp.address(prompt="select_account"))
    assert chosen.location.startswith("/account/sign-in?")
    agreed = hoa.browser.get(rp.address(prompt="consent"))
    assert agreed.location.startswith("/account/consent?")
    assert "code" in hoa.follow(agreed)
    assert "code" in hoa.follow(hoa.browser.get(rp.address(prompt="login consent")))


def test_max_age_zero_asks_once_and_not_for_ever(rp, hoa):
    hoa.sign_in()
    rp.identity.clock.move(timedelta(seconds=5))
    reply = hoa.browser.get(rp.address(max_age="0"))
    assert reply.location.startswith("/account/sign-in?")
    assert "code" in hoa.follow(reply)


def test_silence_says_what_it_would_take(rp, hoa):
    hoa.sign_in()
    consent = answered(hoa.browser.get(rp.address(prompt="none")))
    assert consent["error"] == "consent_required"
    hoa.authorize(rp)
    claims = essential("high")
    assurance = answered(hoa.browser.get(rp.address(prompt="none", claims=claims)))
    assert assurance["error"] == "interaction_required"
    assert "code" in answered(hoa.browser.get(rp.address(prompt="none", acr_values="high")))


def test_essential_assurance_is_reached_or_given_up(rp, hoa):
    hoa.sign_in()
    step_up = hoa.browser.get(rp.address(claims=essential("substantial", "high")))
    assert step_up.location.startswith("/account/step-up?request=")
    query = step_up.location.partition("?")[2]
    assert hoa.browser.get(f"/oauth/continue?{query}").location == step_up.location
    answer = answered(hoa.browser.get(f"/oauth/continue?{query}&cancel=1"))
    assert answer["error"] == "access_denied"
    wish = hoa.browser.get(rp.address(acr_values="high"))
    assert wish.location.startswith("/account/step-up?")
    # A wish is put once, then it goes on with what there is.
    on = hoa.browser.get(f"/oauth/continue?{wish.location.partition('?')[2]}")
    assert on.location.startswith("/account/consent?")


def test_a_hint_of_another_person_asks_for_that_person(rp, hoa, provider):
    hint = hoa.tokens(rp)["id_token"]
    nam = provider.sign_up(personalNumber="079085000022", name="Trần Văn Nam", birthDate="1985")["id"]
    hoa.sign_in(account=nam)
    silent = answered(hoa.browser.get(rp.address(prompt="none", id_token_hint=hint)))
    assert silent["error"] == "login_required"
    reply = hoa.browser.get(rp.address(id_token_hint=hint))
    assert reply.location.startswith("/account/sign-in?")
    hoa.sign_in(account=nam)
    wrong = answered(hoa.browser.get(f"/oauth/continue?{reply.location.partition('?')[2]}"))
    assert wrong["error"] == "access_denied"


def test_an_official_may_use_only_clients_for_officials(register, hoa, provider):
    official = provider.create_official()["id"]
    hoa.sign_in(account=official)
    assert answered(hoa.browser.get(register().address()))["error"] == "access_denied"
    ours = register("ours", officials=True)
    tokens = hoa.tokens(ours, scope="openid profile vn.account vn.identity")
    told = body(ours.userinfo(tokens["access_token"]))
    assert (told["name"], told["LoaiTaiKhoan"]) == ("Lê Thị Hoa", "official")
    assert "SoDinhDanh" not in told


def test_a_request_waits_half_an_hour_and_ends_with_its_answer(rp, hoa):
    reply = hoa.browser.get(rp.address(login_hint="0912345601", ui_locales="en"))
    request = reply.location.partition("request=")[2]
    with rp.identity.sessions.work("en") as work:
        summary = pending.summary(request, work)
    assert summary == {
        "client_id": "rp",
        "client_name": "Morning Star Bank",
        "login_hint": "0912345601",
        "ui_locales": "en",
        "acr": None,
        "reauthenticate": False,
        "leads_to": ("https://rp.example",),
    }
    assert "code" in hoa.follow(reply)
    assert hoa.browser.get(f"/oauth/continue?request={request}").status == 400
    late = hoa.browser.get(rp.address(prompt="login")).location.partition("?")[2]
    rp.identity.clock.move(timedelta(minutes=30))
    assert hoa.browser.get(f"/oauth/continue?{late}").status == 400
    assert hoa.browser.get(f"/account/consent?{late}").status == 400


def test_pushed_requests(register, hoa, audited):
    rp = register(par_only=True)
    assert answered(hoa.browser.get(rp.address()))["error"] == "invalid_request"
    pushed = rp.call("/oauth/par", rp.request(prompt="login"))
    assert (pushed.status, body(pushed)["expires_in"]) == (201, 90)
    by_name = {"client_id": "rp", "request_uri": body(pushed)["request_uri"]}
    address = f"/oauth/authorize?{urlencode(by_name)}"
    foreign = f"/oauth/authorize?{urlencode(by_name | {'client_id': 'other'})}"
    assert hoa.browser.get(foreign).status == 400
    answer = hoa.follow(hoa.browser.get(address))
    assert (answer["state"], rp.exchange(answer["code"]).status) == (rp.state, 200)
    assert hoa.browser.get(address).status == 400
    assert audited()[-1] == ("authorize", "invalid_request_uri", None)
    late = body(rp.call("/oauth/par", rp.request()))["request_uri"]
    rp.identity.clock.move(timedelta(seconds=90))
    assert hoa.browser.get(f"/oauth/authorize?{urlencode(by_name | {'request_uri': late})}").status == 400


def test_a_pushed_request_is_checked_when_it_is_pushed(register, audited):
    rp = register()
    for changes, error in (
        ({"redirect_uri": "https://evil.example"}, "invalid_request"),
        ({"client_id": "other"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"scope": "nothing"}, "invalid_scope"),
        ({"request_uri": "urn:x"}, "invalid_request"),
        ({"request": "x"}, "request_not_supported"),
    ):
        reply = rp.call("/oauth/par", rp.request(**changes))
        assert (reply.status, body(reply)["error"]) == (400, error), changes
        assert audited()[-1] == ("par", error, "rp")
    rp.secret = "wrong"
    assert rp.call("/oauth/par", rp.request()).status == 401


def test_a_disabled_client_can_do_nothing_and_its_tokens_end(rp, hoa, audited):
    tokens = hoa.tokens(rp)
    waiting = hoa.browser.get(rp.address(prompt="login")).location.partition("?")[2]
    with rp.identity.sessions.work() as work:
        registering.disable("rp", work)
    assert rp.userinfo(tokens["access_token"]).status == 401
    assert rp.refresh(tokens["refresh_token"]).status == 401
    assert hoa.browser.get(rp.address()).status == 400
    hoa.sign_in()
    over = hoa.browser.get(f"/oauth/continue?{waiting}")
    assert (over.status, "location" in over.headers) == (400, False)
    assert ("client-disabled", "ok", "rp") in audited()
