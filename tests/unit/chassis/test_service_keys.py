"""A service shows who it is by a key of its own; nobody else's will do."""

import json
from base64 import urlsafe_b64encode

import pytest

from chassis.errors import Unavailable
from chassis.service_keys import ServiceKeys, public_keys
from chassis.settings import BadSettings
from chassis.tokens import InvalidToken, TokenVerifier


def key(letter: str) -> str:
    return urlsafe_b64encode(letter.encode() * 32).rstrip(b"=").decode()


PRIVATE = {"dossier": key("d"), "postal": key("p"), "payment": key("m")}
PUBLIC = public_keys(PRIVATE)


class NoDatabase:
    def work(self, **_how):
        raise Unavailable


def at(callee: str, public: str = PUBLIC) -> TokenVerifier:
    return TokenVerifier(NoDatabase(), ServiceKeys(callee, PRIVATE[callee], public))


def posing_as(service: str, private: str) -> ServiceKeys:
    """Who believes to be another service, with a key that is not its."""
    return ServiceKeys(service, private, public_keys({service: private}))


def test_public_keys_hold_nothing_private():
    shown = json.loads(PUBLIC)["keys"]
    assert [one["kid"] for one in shown] == list(PRIVATE)
    assert all(set(one) == {"kid", "kty", "crv", "x"} for one in shown)
    assert not [secret for secret in PRIVATE.values() if secret in PUBLIC]


def test_the_callee_knows_who_asks():
    caller = at("dossier").caller(ServiceKeys("postal", PRIVATE["postal"], PUBLIC).token("dossier"), "vi")
    assert (caller.kind, caller.subject) == ("service", "postal")


@pytest.mark.parametrize("as_service", PRIVATE)
@pytest.mark.parametrize("really", PRIVATE)
def test_no_service_can_pose_as_another(as_service, really):
    token = posing_as(as_service, PRIVATE[really]).token("dossier")
    if as_service == really:
        assert at("dossier").caller(token, "vi").subject == really
    else:
        with pytest.raises(InvalidToken):
            at("dossier").caller(token, "vi")


def test_a_token_is_good_at_one_callee_alone():
    token = ServiceKeys("postal", PRIVATE["postal"], PUBLIC).token("dossier")
    with pytest.raises(InvalidToken):
        at("payment").caller(token, "vi")


def test_while_a_key_is_changed_the_old_and_the_new_one_are_good():
    new = key("n")
    both = public_keys(PRIVATE | {"postal.2": new})
    for private in (PRIVATE["postal"], new):
        token = ServiceKeys("postal", private, both).token("dossier")
        assert at("dossier", both).caller(token, "vi").subject == "postal"
    with pytest.raises(BadSettings):
        ServiceKeys("postal", new, PUBLIC)


@pytest.mark.parametrize(
    ("private", "public"),
    [
        (PRIVATE["dossier"], ""),
        (PRIVATE["dossier"], "[]"),
        (PRIVATE["dossier"], '{"keys": [{"kid": "dossier"}]}'),
        ("short", PUBLIC),
        (PRIVATE["postal"], PUBLIC),
    ],
)
def test_unusable_keys_stop_the_start_and_are_not_told(private, public):
    with pytest.raises(BadSettings) as caught:
        ServiceKeys("dossier", private, public)
    assert private not in str(caught.value)
