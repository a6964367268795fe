import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import NotFound
from edge.errors import MethodNotAllowed
from edge.routes import Routes

SEGMENT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


def routes():
    table = Routes()
    table.add("GET", "/v1/drafts", "list")
    table.add("POST", "/v1/drafts", "create")
    table.add("GET", "/v1/drafts/current", "current")
    table.add("GET", "/v1/drafts/{id}", "one")
    table.add("PATCH", "/v1/drafts/{id}", "change")
    table.add("GET", "/v1/drafts/{id}/files/{file}", "file")
    return table


def test_a_literal_segment_wins_over_a_parameter():
    assert routes().find("GET", "/v1/drafts/current") == ("current", [])
    assert routes().find("GET", "/v1/drafts/curren") == ("one", ["curren"])


def test_a_literal_that_leads_nowhere_is_tried_as_a_parameter():
    assert routes().find("GET", "/v1/drafts/current/files/7") == ("file", ["current", "7"])


def test_parameters_come_in_order_and_decoded():
    assert routes().find("GET", "/v1/drafts/a%2Fb/files/%C4%91%20") == ("file", ["a/b", "đ "])


def test_head_is_answered_by_get():
    assert routes().find("HEAD", "/v1/drafts") == ("list", [])


@pytest.mark.parametrize(
    "path",
    [
        "/v1",
        "/v1/",
        "/v1/drafts/",
        "/v1/drafts//files/x",
        "/v1/drafts/1/files",
        "/v1/drafts/1/files/2/3",
        "/x",
    ],
)
def test_what_is_not_there_is_not_found(path):
    with pytest.raises(NotFound):
        routes().find("GET", path)


def test_another_method_is_told_which_there_are():
    with pytest.raises(MethodNotAllowed) as refused:
        routes().find("DELETE", "/v1/drafts")
    assert refused.value.values["allow"] == ["GET", "HEAD", "OPTIONS", "POST"]
    with pytest.raises(MethodNotAllowed) as refused:
        routes().find("GET ", "/v1/drafts/1")
    assert refused.value.values["allow"] == ["GET", "HEAD", "OPTIONS", "PATCH"]


def test_two_operations_on_one_address_are_refused_at_start():
    table = routes()
    with pytest.raises(ValueError, match="two operations"):
        table.add("PATCH", "/v1/drafts/{reference}", "again")


@given(SEGMENT, SEGMENT)
def test_any_segment_comes_through_as_it_was(first, second):
    from urllib.parse import quote

    path = f"/v1/drafts/{quote(first, safe='')}/files/{quote(second, safe='')}"
    assert routes().find("GET", path)[1] == [first, second]
