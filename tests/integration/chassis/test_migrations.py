"""What the migrations make is what the code maps, for every service there is."""

from importlib import import_module

import pytest

from chassis.contract import services
from chassis.migrations import differences
from chassis.revisions import at_head
from chassis.tables import declarative_base


def test_messaging_tables_are_those_the_code_maps(echo):
    own = {"notes", "heard", "ran"}
    found = differences(declarative_base("echo").metadata, echo.engine)
    assert [change for change in found if not (change[0] == "remove_table" and change[1].name in own)] == []


@pytest.mark.parametrize("service", services())
def test_head_is_what_the_models_say(make_database, service):
    engine = make_database(service).sessions().engine
    assert at_head(service, engine)
    assert differences(import_module(f"services.{service}.tables").Base.metadata, engine) == []


def test_empty_database_is_not_at_head(databases):
    empty = databases.empty("nothing")
    try:
        assert not at_head("identity", empty.sessions().engine)
    finally:
        databases.drop(empty)
