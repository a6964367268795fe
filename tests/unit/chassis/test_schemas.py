import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import fields
from chassis.errors import PreconditionFailed, ValidationFailed
from chassis.schemas import Command, Page, PageQuery, Schema, Tolerant


class Person(Schema):
    full_name = fields.Text(required=True)
    birth_date = fields.Day()


class LenientPerson(Tolerant):
    full_name = fields.Text(required=True)


def codes(schema, payload) -> set[tuple[str, str]]:
    with pytest.raises(ValidationFailed) as caught:
        schema.read(payload)
    return {(error.pointer, error.code) for error in caught.value.errors}


def test_wire_names_are_camel_case_both_ways():
    assert Person.read({"fullName": "Hoa"}) == {"full_name": "Hoa"}
    assert Person.show({"full_name": "Hoa"}) == {"fullName": "Hoa"}


def test_all_faults_come_at_once():
    assert codes(Person, {"full_name": "Hoa", "birthDate": "x"}) == {
        ("/fullName", "required"),
        ("/full_name", "unknown-field"),
        ("/birthDate", "not-a-day"),
    }


@pytest.mark.parametrize("payload", [None, [], "x", 1])
def test_what_is_no_object_has_one_fault_at_the_root(payload):
    assert codes(Person, payload) == {("", "not-an-object")}


def test_pointer_escapes_slashes_and_tildes():
    assert ("/a~1b~0c", "unknown-field") in codes(Person, {"fullName": "x", "a/b~c": 1})


def test_reader_of_events_ignores_what_it_does_not_know():
    assert LenientPerson.read({"fullName": "Hoa", "other": 1}) == {"full_name": "Hoa"}


@given(st.dictionaries(st.text(max_size=5), st.integers()))
def test_unknown_fields_are_each_named(extra):
    extra.pop("fullName", None)
    extra.pop("birthDate", None)
    if extra:
        assert len(codes(Person, {"fullName": "x"} | extra)) == len(extra)


def test_command_has_its_fields_as_attributes_and_absent_ones_are_none():
    command = Command({"text": "x"}, id="key")
    assert (command.text, command.id, command.command_id) == ("x", "key", "key")
    assert command.other is None
    assert command.get("other", 7) == 7
    assert "text" in command
    assert "other" not in command


def test_a_field_called_id_wins_and_the_key_stays_reachable():
    command = Command({"id": "of the path"}, id="key")
    assert (command.id, command.command_id) == ("of the path", "key")


@pytest.mark.parametrize("known", [None, (3,), (1, 3)])
def test_a_caller_who_knows_this_version_or_takes_any_may_go_on(known):
    Command({}, if_match=known).require_current(3)


@pytest.mark.parametrize("known", [(), (2,), (2, 4)])
def test_a_caller_who_knows_other_versions_is_told_the_current_one(known):
    with pytest.raises(PreconditionFailed) as refused:
        Command({}, if_match=known).require_current(3)
    assert refused.value.as_problem("en")["extra"] == {"version": 3}


def test_page_query_has_defaults_and_limits():
    assert PageQuery.read({}) == {"limit": 20, "cursor": None}
    assert codes(PageQuery, {"limit": 101}) == {("/limit", "too-big")}
    assert codes(PageQuery, {"limit": "0"}) == {("/limit", "too-small")}


def test_page_shows_its_items():
    page = Page.of(Person)
    assert page.show({"items": [{"full_name": "Hoa"}], "next": None}) == {
        "items": [{"fullName": "Hoa"}],
        "next": None,
    }
