"""A right is held against the object: its owner, its agency, its step; what is not named is refused."""

import pytest
from sqlalchemy import column

from chassis.authority import AGENCY, ANY, OPEN, OWN, STEP, Access, hats, may, named
from chassis.caller import Caller
from chassis.errors import Forbidden, NotFound, Unauthenticated, ValidationFailed
from chassis.grants import Undecided, admit


def person(subject="c", kind="citizen"):
    return Caller(subject=subject, kind=kind)


def official(*roles, agency="A", **steps):
    held = {role: frozenset(names) for role, names in steps.items()}
    return Caller(subject="d", kind="official", agency=agency, roles=frozenset(roles), steps=held)


class NoMergers:
    """A unit of work whose copy of agencies knows of no merger, or of these."""

    def __init__(self, *merged):
        self.session, self.clock, self._merged = self, self, merged

    def today(self):
        return None

    def scalars(self, _statement, values):
        return (values["agency"], *self._merged)


def granted(access, caller, *merged, purpose=None):
    caller = admit(access, caller)
    caller.granted.begin(NoMergers(*merged), purpose)
    return caller


TABLE = may(citizen=OWN, desk=AGENCY, specialist=STEP, leader=OWN | AGENCY, inspector=ANY)


@pytest.mark.parametrize(
    ("caller", "thing"),
    [
        (person(), {"owner": "c", "agency": "Z"}),
        (official("desk"), {"owner": "x", "agency": "A"}),
        (official("specialist"), {"agency": "A", "step": "prepare"}),
        (official("specialist", specialist={"prepare"}), {"agency": "A", "step": "prepare"}),
        (official("leader", agency="B"), {"agency": "B"}),
        (official("desk", agency="B"), {"agency": "MERGED"}),
    ],
)
def test_within_reach(caller, thing):
    granted(TABLE, caller, "MERGED").authorise(**thing)


@pytest.mark.parametrize(
    ("caller", "thing", "error"),
    [
        (person("other"), {"owner": "c", "agency": "A"}, NotFound),
        (person(), {"agency": "A"}, NotFound),
        (official("desk"), {"owner": "d", "agency": "B"}, Forbidden),
        (official("desk"), {}, Forbidden),
        (official("desk", agency=""), {"agency": ""}, Forbidden),
        (official("specialist", specialist={"check"}), {"agency": "A", "step": "prepare"}, Forbidden),
        (official("specialist", specialist={"check"}), {"agency": "A", "step": None}, Forbidden),
        (official("specialist"), {"agency": "B", "step": "prepare"}, Forbidden),
    ],
)
def test_out_of_reach(caller, thing, error):
    asking = granted(TABLE, caller)
    with pytest.raises(error):
        asking.authorise(**thing)
    with pytest.raises(Undecided):
        asking.granted.end()


@pytest.mark.parametrize(
    ("caller", "error"),
    [
        (Caller(), Unauthenticated),
        (person(kind="business"), Forbidden),
        (official("operator"), Forbidden),
        (official("citizen"), Forbidden),
        (official(), Forbidden),
        (Caller(subject="payment", kind="service"), Forbidden),
    ],
)
def test_who_is_not_named_is_refused_at_the_door(caller, error):
    with pytest.raises(error):
        admit(TABLE, caller)


def test_what_a_handler_did_not_decide_is_not_answered():
    with pytest.raises(Undecided):
        granted(TABLE, person()).granted.end()
    granted(may(citizen=ANY), person()).granted.end()
    listing = granted(TABLE, person())
    listing.scope()
    listing.granted.end()


def test_what_is_published_is_open_to_everybody_and_nothing_else_is():
    table = may(anonymous=OPEN, citizen=OWN)
    for caller in (Caller(), person("other"), official("postal")):
        granted(table, caller).authorise(owner="c", is_open=True)
    with pytest.raises(NotFound):
        granted(table, Caller()).authorise(owner="")
    with pytest.raises(NotFound):
        granted(table, person("other")).authorise(owner="c")


def test_services_are_named_one_by_one():
    table = may(services=("payment",))
    assert hats(Caller(subject="payment", kind="service")) == ("anonymous", "service", "service:payment")
    admit(table, Caller(subject="payment", kind="service"))
    with pytest.raises(Forbidden):
        admit(table, Caller(subject="postal", kind="service"))
    with pytest.raises(Forbidden):
        admit(table, Caller(subject="payment", kind="citizen"))


def test_an_inspector_says_what_for():
    with pytest.raises(ValidationFailed) as refused:
        granted(TABLE, official("inspector")).authorise(owner="c", agency="Z")
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/purpose", "required")]
    asking = granted(TABLE, official("inspector"), purpose="audit")
    asking.authorise(owner="c", agency="Z")
    assert asking.granted.by == {"inspector"}


def test_an_inspector_who_also_works_there_need_not():
    both = official("inspector", "desk")
    granted(TABLE, both).authorise(agency="A")
    with pytest.raises(ValidationFailed):
        granted(TABLE, both).authorise(agency="B")


def shown(condition):
    return str(condition.compile(compile_kwargs={"literal_binds": True}))


def test_a_list_is_narrowed_to_what_is_within_reach():
    owner, agency = column("owner"), column("agency")
    assert shown(granted(TABLE, person()).scope(owner=owner, agency=agency)) == "owner = 'c'"
    desk = granted(TABLE, official("desk"), "M").scope(owner=owner, agency=agency)
    assert shown(desk) == "agency IN ('A', 'M')"
    inspector = granted(TABLE, official("inspector"), purpose="audit")
    assert shown(inspector.scope(owner=owner, agency=agency)) == "true"
    both = granted(TABLE, official("inspector", "desk"))
    assert shown(both.scope(owner=owner, agency=agency)) == "agency IN ('A')"


def test_a_table_names_only_those_there_are():
    with pytest.raises(TypeError):
        Access({"desks": AGENCY})
    assert named(OWN | OPEN) == "open or own"


def test_nobody_acts_without_having_been_admitted():
    with pytest.raises(TypeError):
        person().authorise(owner="c")
