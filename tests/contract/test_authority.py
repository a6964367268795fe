"""Every right is written down, and some are nobody's."""

from importlib import import_module

import pytest

from chassis import contract, matrix
from chassis.api import ANY, OWN, Operation
from chassis.authority import EVERYBODY, INSPECTOR, PEOPLE, ROLES
from tests.contract.test_operations import OPERATIONS, kind_of, named

SERVICES = contract.services()
#: Who holds which office is the state's own affair, and told to nobody's account.
ABOUT_OFFICES = ("find_officials", "list_appointments", "get_appointment")


def test_the_page_of_rights_is_up_to_date():
    assert matrix.PAGE.read_text() == matrix.page(), "./motcua authority writes it"


@pytest.mark.parametrize(("service", "operation"), OPERATIONS, ids=named(OPERATIONS))
def test_nobody_is_let_in_by_default(service: str, operation: Operation):
    cells = operation.allow.cells
    assert cells, "an operation that nobody may call"
    assert all(cells.values()), "an empty reach reads like a right"
    assert {who.partition(":")[0] for who in cells} <= set(EVERYBODY)
    askers = {who.partition(":")[2] for who in cells if ":" in who}
    assert askers <= set(SERVICES)


@pytest.mark.parametrize(("service", "operation"), OPERATIONS, ids=named(OPERATIONS))
def test_what_a_path_names_is_looked_at_before_a_person_gets_it(service: str, operation: Operation):
    """Whose the object is decides for people, unless it is everybody's."""
    if operation.path_parameters and not operation.allow.anonymous:
        assert [who for who in PEOPLE if operation.allow.cells.get(who) == ANY] == []


@pytest.mark.parametrize(("service", "operation"), OPERATIONS, ids=named(OPERATIONS))
def test_inspectors_see_and_decide_nothing_and_say_what_for(service: str, operation: Operation):
    if INSPECTOR in operation.allow.cells and not _of_the_own_account(operation):
        assert kind_of(service, operation) == "query"
        if operation.rpc in ABOUT_OFFICES:
            return
        assert operation.records is not None
        assert "purpose" in operation.takes.instance().fields


@pytest.mark.parametrize("service", [name for name in SERVICES if name not in ("identity", "catalogue")])
def test_operators_have_no_part_in_what_people_ask_of_the_state(service: str):
    operations = import_module(f"services.{service}.api").OPERATIONS
    assert [one.rpc for one in operations if "operator" in one.allow.cells] == []


@pytest.mark.parametrize(("service", "operation"), OPERATIONS, ids=named(OPERATIONS))
def test_what_is_recorded_is_this_service_s_own_event(service: str, operation: Operation):
    if operation.records is not None:
        assert operation.records.type == f"vn.motcua.{service}.personal-data-read.v1"
        assert set(ROLES) & set(operation.allow.cells), "only officials are recorded"


def _of_the_own_account(operation: Operation) -> bool:
    return all(operation.allow.cells.get(role) in (ANY, OWN) for role in ROLES)
