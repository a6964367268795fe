"""Every kind of field takes what it says it takes, and refuses everything else with a reason."""

import unicodedata
import uuid
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import fields
from chassis.errors import ValidationFailed
from chassis.schemas import Schema
from chassis.texts import Text as Words


class Inner(Schema):
    count = fields.Integer(required=True, min=1)


class Everything(Schema):
    text = fields.Text(max=50)
    secret = fields.Secret(max=20)
    code = fields.Code(r"[A-Z]{3}")
    integer = fields.Integer(min=-5, max=5)
    unlimited = fields.Integer()
    money = fields.Money()
    number = fields.Number()
    boolean = fields.Boolean()
    day = fields.Day()
    moment = fields.Moment()
    id = fields.Id()
    choice = fields.Choice("red", "green")
    items = fields.Items(fields.Text(max=10), max=3)
    object = fields.Object(Inner)
    objects = fields.Items(fields.Object(Inner), max=3)
    map = fields.Map()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60) | st.just("2026-02-30"),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=12,
)


def read_one(name: str, value):
    return Everything.read({name: value})[name]


def refusal(name: str, value) -> str:
    with pytest.raises(ValidationFailed) as caught:
        Everything.read({name: value})
    [error] = caught.value.errors
    assert error.pointer.startswith(f"/{name}")
    assert error.vi
    assert error.en
    return error.code


@given(st.sampled_from(sorted(Everything.instance().fields)), JSON)
def test_any_json_is_read_or_refused_and_nothing_else(name, value):
    try:
        loaded = read_one(name, value)
    except ValidationFailed as failure:
        assert all(error.pointer.startswith(f"/{name}") for error in failure.errors)
        assert all(error.vi and error.en for error in failure.errors)
    else:
        assert loaded is not None


@given(st.dictionaries(st.sampled_from(sorted(Everything.instance().fields)), JSON))
def test_what_was_read_can_be_shown_and_read_again(payload):
    try:
        loaded = Everything.read(payload)
    except ValidationFailed:
        return
    loaded.pop("secret", None)
    assert Everything.read(Everything.show(loaded)) == loaded


@given(st.text(max_size=200))
def test_text_is_nfc_stripped_within_limits_and_free_of_control_characters(value):
    try:
        text = read_one("text", value)
    except ValidationFailed as failure:
        assert failure.errors[0].code in ("too-long", "control-character")
        return
    assert text == unicodedata.normalize("NFC", text).strip()
    assert len(text) <= 50
    assert "\x00" not in text


def test_decomposed_vietnamese_becomes_composed():
    assert read_one("text", unicodedata.normalize("NFD", "Nguyễn Thị Hoà")) == unicodedata.normalize(
        "NFC", "Nguyễn Thị Hoà"
    )


def test_huge_text_is_refused_before_it_is_normalised():
    assert refusal("text", "ễ" * 1_000_000) == "too-long"


@pytest.mark.parametrize("value", ["a\x00b", "a\x1bb", "\x7f"])
def test_control_characters_are_refused(value):
    assert refusal("text", value) == "control-character"


def test_a_required_text_may_not_be_blank():
    class Named(Schema):
        name = fields.Text(required=True)

    with pytest.raises(ValidationFailed) as caught:
        Named.read({"name": " \t "})
    assert caught.value.errors[0].code == "too-short"


@given(st.text(min_size=1, max_size=20))
def test_secret_is_kept_exactly_and_never_shown(value):
    assert read_one("secret", value) == value
    assert Everything.show({"secret": value}) == {}


@pytest.mark.parametrize("value", ["ABC ", " ABC"])
def test_code_is_stripped(value):
    assert read_one("code", value) == "ABC"


@pytest.mark.parametrize("value", ["ABCD", "AB", "abc", "ABC\nX"])
def test_code_must_match_as_a_whole(value):
    assert refusal("code", value) == "bad-format"


def test_a_code_says_its_rule_in_words_and_never_shows_its_pattern():
    class Coded(Schema):
        plain = fields.Code("[A-Z]{3}")
        told = fields.Code("[A-Z]{3}", says=Words("Gồm ba chữ hoa.", "Three capital letters."))

    with pytest.raises(ValidationFailed) as caught:
        Coded.read({"plain": "a", "told": "a"})
    plain, told = caught.value.errors
    assert (told.pointer, told.code, told.vi, told.en) == (
        "/told",
        "bad-format",
        "Gồm ba chữ hoa.",
        "Three capital letters.",
    )
    assert "[" not in plain.vi + plain.en


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ({"a": "x\x00"}, "/map/a"),
        ({"a": {"b": [{"c": "ok"}, {"c": "\x00"}]}}, "/map/a/b/1/c"),
        ({"a\x00": 1}, "/map/a\x00"),
    ],
)
def test_nul_inside_a_free_object_is_refused_at_its_place(value, pointer):
    with pytest.raises(ValidationFailed) as caught:
        Everything.read({"map": value})
    [error] = caught.value.errors
    assert (error.pointer, error.code) == (pointer, "control-character")


@given(st.integers())
def test_integer_keeps_its_limits(value):
    if -5 <= value <= 5:
        assert read_one("integer", value) == value
        assert read_one("integer", str(value)) == value
    else:
        assert refusal("integer", value) == ("too-small" if value < 0 else "too-big")


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1])
def test_integer_without_limits_still_fits_a_database_column(value):
    assert refusal("unlimited", value) in ("too-big", "too-small")


@pytest.mark.parametrize("value", [True, 1.0, "1.0", "1e3", "", "９", None, [1]])
def test_what_only_looks_whole_is_no_integer(value):
    assert refusal("integer", value) == ("null" if value is None else "not-an-integer")


@pytest.mark.parametrize("value", [-1, 10**15 + 1, 1.5, "a"])
def test_money_is_whole_and_not_negative(value):
    assert refusal("money", value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, "1"])
def test_number_is_a_finite_number(value):
    assert refusal("number", value) == "not-a-number"


@pytest.mark.parametrize("value", [1, 0, "yes", "True", None])
def test_boolean_is_strict(value):
    assert refusal("boolean", value) in ("not-a-boolean", "null")


@given(st.dates())
def test_day_crosses_and_comes_back(value: date):
    assert read_one("day", value.isoformat()) == value
    assert Everything.show({"day": value}) == {"day": value.isoformat()}


@pytest.mark.parametrize(
    "value", ["2026-02-30", "20260101", "2026-1-1", "01/02/2026", 20260101, "٢٠٢٦-٠١-٠١"]
)
def test_wrong_day_is_refused(value):
    assert refusal("day", value) == "not-a-day"


@given(
    st.datetimes(
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=7)), timezone(timedelta(hours=-11))])
    )
)
def test_moment_crosses_in_utc(value: datetime):
    try:
        loaded = read_one("moment", value.isoformat())
    except ValidationFailed:
        assert value.year in (1, 9999), "only where UTC has no such year"
        return
    assert loaded == value
    assert loaded.tzinfo is UTC
    assert Everything.show({"moment": loaded})["moment"].endswith("Z")


@pytest.mark.parametrize(
    "value", ["2026-01-01T00:00:00", "2026-01-01", "now", 0, "0001-01-01T00:00:00+14:00"]
)
def test_moment_without_offset_or_sense_is_refused(value):
    assert refusal("moment", value) == "not-a-moment"


@given(st.uuids())
def test_id_is_lower_case_text(value: uuid.UUID):
    assert read_one("id", str(value).upper()) == str(value)


@pytest.mark.parametrize("value", ["", "x", 17, None, [], "00000000-0000-0000-0000-00000000000g"])
def test_wrong_id_is_refused(value):
    assert refusal("id", value) in ("not-an-id", "null")


def test_refused_choice_names_the_choices():
    with pytest.raises(ValidationFailed) as caught:
        Everything.read({"choice": "blue"})
    assert caught.value.errors[0].en == "This must be one of: red, green."


@pytest.mark.parametrize("value", ["a", {"a": 1}, 5])
def test_only_a_list_is_a_list(value):
    assert refusal("items", value) == "not-a-list"


def test_list_is_limited():
    assert refusal("items", ["a"] * 4) == "too-many"


def test_error_inside_a_list_of_objects_has_the_whole_pointer():
    with pytest.raises(ValidationFailed) as caught:
        Everything.read({"objects": [{"count": 1}, {"count": 0}, {"other": 1}]})
    assert {(error.pointer, error.code) for error in caught.value.errors} == {
        ("/objects/1/count", "too-small"),
        ("/objects/2/count", "required"),
        ("/objects/2/other", "unknown-field"),
    }


@pytest.mark.parametrize("value", ["a", 5, ["x"]])
def test_only_an_object_is_an_object(value):
    assert refusal("object", value) == "not-an-object"


def test_map_keeps_what_it_is_given_clean_for_the_database():
    given_map = {"a": "e\u0302", "b": [1, None, True, {"c": 1.5}]}
    assert read_one("map", given_map) == {"a": "ê", "b": [1, None, True, {"c": 1.5}]}


@pytest.mark.parametrize(
    ("value", "pointer", "code"),
    [
        ({"x": 1e60}, "/map/x", "too-big"),
        ({"x": [2**63]}, "/map/x/0", "too-big"),
        ({"x": {"y": -(2**63) - 1}}, "/map/x/y", "too-small"),
        ({"e\u0301": 1, "\u00e9": 2}, "/map", "repeated-name"),
        ({"x": {"e\u0301": 1, "\u00e9": 2}}, "/map/x", "repeated-name"),
    ],
)
def test_what_could_not_be_read_again_is_refused_at_its_place(value, pointer, code):
    with pytest.raises(ValidationFailed) as refused:
        Everything.read({"map": value})
    assert [(fault.pointer, fault.code) for fault in refused.value.errors] == [(pointer, code)]


def test_map_is_limited_in_depth_and_size():
    deep: dict = {}
    for _ in range(fields.MAX_MAP_DEPTH + 1):
        deep = {"a": deep}
    assert refusal("map", deep) == "too-deep"
    assert refusal("map", {str(n): n for n in range(fields.MAX_MAP_VALUES + 1)}) == "too-deep"


def test_rule_gives_its_own_reason():
    class Even(Schema):
        n = fields.Integer(validate=fields.Rule(lambda n: n % 2 == 0, "odd", "Phải chẵn.", "Must be even."))

    with pytest.raises(ValidationFailed) as caught:
        Even.read({"n": 3})
    assert [(e.code, e.vi, e.en) for e in caught.value.errors] == [("odd", "Phải chẵn.", "Must be even.")]
