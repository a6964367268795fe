import pytest

from chassis.api import ANYONE, OFFICIALS, SERVICES, SIGNED_IN, kinds, may, roles
from chassis.caller import Actor, Caller
from chassis.errors import Forbidden, Unauthenticated

ANONYMOUS = Caller()
CITIZEN = Caller(subject="c", kind="citizen", acr="substantial")
BUSINESS = Caller(subject="b", kind="business")
DESK = Caller(subject="d", kind="official", agency="A", roles=frozenset({"desk"}))
LEADER = Caller(subject="l", kind="official", agency="A", roles=frozenset({"leader", "specialist"}))
SERVICE = Caller(subject="payment", kind="service")
NAMESAKE = Caller(subject="payment", kind="citizen")
EVERYBODY = [ANONYMOUS, CITIZEN, BUSINESS, DESK, LEADER, SERVICE, NAMESAKE]


@pytest.mark.parametrize(
    ("access", "admitted"),
    [
        (ANYONE, EVERYBODY),
        (SIGNED_IN, [CITIZEN, BUSINESS, DESK, LEADER, NAMESAKE]),
        (OFFICIALS, [DESK, LEADER]),
        (SERVICES, [SERVICE]),
        (may(services=("payment",)), [SERVICE]),
        (may(services=("postal", "dossier")), []),
        (kinds("citizen", "business"), [CITIZEN, BUSINESS, NAMESAKE]),
        (roles("desk"), [DESK]),
        (roles("desk", "specialist"), [DESK, LEADER]),
        (roles("operator"), []),
    ],
)
def test_access_rules_admit_exactly_whom_they_name(access, admitted):
    for caller in EVERYBODY:
        if caller in admitted:
            access.check(caller)
        else:
            with pytest.raises(Forbidden if caller.signed_in else Unauthenticated):
                access.check(caller)


def test_a_role_without_being_an_official_does_not_count():
    with pytest.raises(Forbidden):
        roles("desk").check(Caller(kind="citizen", roles=frozenset({"desk"})))


def test_caller_from_the_claims_of_a_token():
    claims = {
        "sub": "s",
        "knd": "official",
        "nam": "Hoa",
        "idn": "1",
        "acr": "high",
        "agc": "A",
        "rol": ["desk"],
        "stp": {"desk": ["reception"]},
        "sid": "x",
    }
    caller = Caller.from_claims(claims, "en")
    assert caller == Caller(
        *("s", "official", "Hoa", "1", "high", "A", frozenset({"desk"})),
        steps={"desk": frozenset({"reception"})},
        session="x",
        language="en",
    )
    assert caller.actor is None
    assert caller.has_role("desk", "leader")
    assert not caller.has_role("leader")
    assert Caller.from_claims({"sub": "s", "knd": "citizen"}, "vi").agency == ""


def test_caller_for_whom_somebody_acts():
    act = {"sub": "p", "knd": "citizen", "nam": "Nam", "as": "guardian", "mnd": "m"}
    caller = Caller.from_claims({"sub": "s", "knd": "citizen", "act": act}, "vi")
    assert caller.subject == "s"
    assert caller.actor == Actor("p", "citizen", "Nam", "guardian", "m", "")
