from hypothesis import given
from hypothesis import strategies as st

from services.identity import assurance
from services.identity.assurance import LEVELS, SELF_ASSERTED, VERIFIED

METHODS = st.lists(st.sampled_from(["pwd", "otp", "hwk", "swk", "user", "mfa", "sms"]), max_size=6)
PROOFINGS = st.sampled_from([SELF_ASSERTED, VERIFIED])


def of(*parts, proofing=SELF_ASSERTED):
    return assurance.level(assurance.combined(*parts), proofing)


def test_each_way_of_signing_in_has_its_level():
    passkey = assurance.passkey_methods(synced=True)
    assert of(assurance.PASSWORD) == "low"
    assert of(assurance.CODE) == "low"
    assert of(assurance.PASSWORD, assurance.CODE) == "substantial"
    assert of(passkey) == "substantial"
    assert of(passkey, proofing=VERIFIED) == "high"
    assert of(assurance.PASSWORD, assurance.CODE, proofing=VERIFIED) == "substantial"


def test_methods_are_named_as_the_registry_has_them():
    assert assurance.combined(assurance.PASSWORD) == ["pwd"]
    assert assurance.combined(assurance.PASSWORD, assurance.CODE) == ["pwd", "otp", "mfa"]
    assert assurance.combined(assurance.passkey_methods(synced=False)) == ["hwk", "user", "mfa"]
    assert assurance.combined(["pwd"], assurance.passkey_methods(synced=True)) == [
        "pwd",
        "swk",
        "user",
        "mfa",
    ]


@given(METHODS, METHODS, PROOFINGS)
def test_proving_more_never_lowers_the_level(before, more, proofing):
    first = assurance.level(assurance.combined(before), proofing)
    assert assurance.meets(assurance.level(assurance.combined(before, more), proofing), first)


@given(METHODS)
def test_what_is_only_claimed_is_never_highly_assured(methods):
    assert assurance.level(assurance.combined(methods), SELF_ASSERTED) != "high"


@given(METHODS)
def test_mfa_is_not_taken_on_trust(methods):
    together = assurance.combined([*methods, "mfa"])
    assert ("mfa" in together) == ("user" in methods or {"pwd", "otp"} <= set(methods))


@given(st.text(max_size=12).filter(lambda text: text not in LEVELS), st.sampled_from(LEVELS))
def test_a_level_nobody_knows_is_never_enough(unknown, known):
    assert not assurance.meets(unknown, known)
    assert not assurance.meets(known, unknown)


@given(st.sampled_from(LEVELS), PROOFINGS, st.booleans(), st.booleans())
def test_what_is_asked_for_gets_there(wanted, proofing, code, passkey):
    for way in assurance.reachable(wanted, proofing=proofing, code=code, passkey=passkey):
        methods = {
            "password": assurance.PASSWORD,
            "code": ("pwd", "otp"),
            "passkey": assurance.passkey_methods(synced=False),
        }[way]
        assert assurance.meets(of(methods, proofing=proofing), wanted)
