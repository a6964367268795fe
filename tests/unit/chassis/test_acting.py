"""The scope of who acts for somebody: what it lets through, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import acting
from chassis.acting import OutsideMandate
from chassis.caller import ACTIONS, Actor, Caller

PROCEDURES = ("1.001193", "2.000635", "3.000347")
SCOPES = st.frozensets(st.sampled_from((*PROCEDURES, "*")))
DONE = st.frozensets(st.sampled_from(ACTIONS))


def caller(procedures=(), actions=()):
    actor = Actor("p", "citizen", "Nam", "delegate", "m", "", frozenset(procedures), frozenset(actions))
    return Caller("s", "business", actor=actor)


@given(SCOPES, DONE, st.sampled_from(PROCEDURES), st.sampled_from(ACTIONS))
def test_only_what_was_given_may_be_done(procedures, actions, procedure, action):
    who = caller(procedures, actions)
    expected = action in actions and ("*" in procedures or procedure in procedures)
    assert acting.may(who, action, procedure) == expected
    if expected:
        acting.require(who, action, procedure)
    else:
        with pytest.raises(OutsideMandate):
            acting.require(who, action, procedure)


@given(SCOPES, DONE, st.sampled_from(ACTIONS))
def test_what_belongs_to_no_procedure_needs_a_mandate_for_all(procedures, actions, action):
    assert acting.may(caller(procedures, actions), action) == (action in actions and "*" in procedures)


@given(SCOPES, DONE, st.sampled_from(PROCEDURES), st.sampled_from(["m", "other", None]))
def test_without_reading_one_sees_what_came_about_under_the_own_mandate(
    procedures, actions, procedure, mandate
):
    who = caller(procedures, actions)
    assert acting.sees(who, procedure, mandate) == (mandate == "m" or acting.may(who, "read", procedure))


def test_who_asks_for_themselves_may_all():
    person = Caller("s", "citizen")
    assert acting.may(person, "submit")
    assert acting.sees(person, "1.001193", None)
    acting.require_self(person)
    with pytest.raises(OutsideMandate):
        acting.require_self(caller(["*"], ACTIONS))


def test_a_token_that_names_no_scope_gives_none():
    act = {"sub": "p", "knd": "citizen", "nam": "Nam", "as": "delegate", "mnd": "m"}
    claims = {"sub": "s", "knd": "citizen", "act": act}
    assert not acting.may(Caller.from_claims(claims, "vi"), "read", "1.001193")
    scoped = Caller.from_claims(claims | {"scp": {"prc": ["1.001193"], "do": ["read"]}}, "vi")
    assert acting.may(scoped, "read", "1.001193")
    assert not acting.may(scoped, "submit", "1.001193")
