"""The comparison itself: every incompatibility we know of is planted, and every harmless change too."""

import copy

import pytest

from tests.contract.compatibility import compare, unreadable

RPC = {
    "operations": {
        "submit": {
            "http": {"method": "POST", "path": "/dossiers"},
            "request": {
                "type": "object",
                "properties": {
                    "draft": {"type": "string", "format": "uuid"},
                    "channel": {"type": "string", "enum": ["online", "postal"]},
                    "copies": {"type": ["integer", "null"]},
                    "papers": {
                        "type": "array",
                        "items": {"type": "object", "properties": {"code": {"type": "string"}}},
                    },
                },
                "required": ["draft"],
                "additionalProperties": False,
            },
            "answer": {
                "type": "object",
                "properties": {
                    "reference": {"type": "string"},
                    "state": {"type": "object", "properties": {"code": {"type": "string"}}},
                    "charges": {
                        "type": "array",
                        "items": {"type": "object", "properties": {"amount": {"type": "integer"}}},
                    },
                },
            },
        }
    }
}

EVENTS = {
    "publishes": {
        "vn.motcua.dossier.submitted.v1": {
            "consumed": True,
            "data": {
                "type": "object",
                "properties": {
                    "dossier": {"type": "string", "format": "uuid"},
                    "at": {"type": "string", "format": "date-time"},
                    "code": {"type": ["string", "null"]},
                },
                "required": ["at", "code", "dossier"],
            },
        }
    }
}

REQUEST = ("operations", "submit", "request")
ANSWER = ("operations", "submit", "answer")
DATA = ("publishes", "vn.motcua.dossier.submitted.v1", "data")


def changed(contract, path, change):
    new = copy.deepcopy(contract)
    place = new
    for step in path:
        place = place[step]
    change(place)
    return new


def put(*path, value):
    def change(place):
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


def drop(*path):
    def change(place):
        for step in path[:-1]:
            place = place[step]
        if isinstance(place, list):
            place.remove(path[-1])
        else:
            del place[path[-1]]

    return change


@pytest.mark.parametrize(
    ("contract", "path", "change", "says"),
    [
        (RPC, ("operations",), drop("submit"), "the operation is gone"),
        (RPC, ("operations", "submit", "http"), put("path", value="/files"), "it moved"),
        (RPC, ("operations", "submit", "http"), put("method", value="PUT"), "it moved"),
        (RPC, ("operations", "submit"), put("http", value=None), "it moved"),
        (RPC, REQUEST, drop("properties", "copies"), "/copies is not accepted any more"),
        (RPC, REQUEST, put("required", value=["channel", "draft"]), "/channel is newly required"),
        (
            RPC,
            REQUEST,
            put("properties", "draft", value={"type": "integer"}),
            "/draft is string, not integer",
        ),
        (RPC, REQUEST, put("properties", "copies", value={"type": "integer"}), "/copies is integer or null"),
        (RPC, REQUEST, put("properties", "copies", "format", value="x"), "/copies is not surely a x"),
        (
            RPC,
            REQUEST,
            put("properties", "channel", "enum", value=["online"]),
            "/channel may be something else",
        ),
        (
            RPC,
            (*REQUEST, "properties", "papers", "items"),
            put("required", value=["code"]),
            "/papers/*/code is newly required",
        ),
        (RPC, REQUEST, put("properties", "copies", "maximum", value=5), "/copies has maximum None, not 5"),
        (
            RPC,
            (*REQUEST, "properties", "papers"),
            put("maxItems", value=2),
            "/papers has maxItems None, not 2",
        ),
        (RPC, ANSWER, drop("properties", "reference"), "answer/reference is gone"),
        (RPC, ANSWER, drop("properties", "state", "properties", "code"), "answer/state/code is gone"),
        (
            RPC,
            ANSWER,
            put("properties", "reference", value={"type": "integer"}),
            "answer/reference is integer",
        ),
        (
            RPC,
            ANSWER,
            put("properties", "reference", value={"type": ["string", "null"]}),
            "is null or string",
        ),
        (
            RPC,
            (*ANSWER, "properties", "charges", "items"),
            drop("properties", "amount"),
            "answer/charges/*/amount is gone",
        ),
        (EVENTS, ("publishes",), drop("vn.motcua.dossier.submitted.v1"), "it is not published any more"),
        (EVENTS, DATA, drop("properties", "code"), "/code is gone"),
        (EVENTS, DATA, drop("required", "code"), "/code is not always given any more"),
        (EVENTS, DATA, put("properties", "at", value={"type": "string"}), "/at is not surely a date-time"),
        (EVENTS, DATA, put("properties", "at", value={"type": "integer"}), "/at is integer, not string"),
    ],
)
def test_incompatible_change_is_found(contract, path, change, says):
    [problem] = compare(contract, changed(contract, path, change))
    assert says in problem


@pytest.mark.parametrize(
    ("contract", "path", "change"),
    [
        (RPC, ("operations",), put("other", value=RPC["operations"]["submit"])),
        (RPC, REQUEST, put("properties", "note", value={"type": "string"})),
        (RPC, REQUEST, put("required", value=[])),
        (RPC, REQUEST, put("properties", "channel", "enum", value=["online", "postal", "in_person"])),
        (RPC, REQUEST, put("properties", "channel", value={"type": "string"})),
        (RPC, REQUEST, put("properties", "copies", value={"type": ["number", "null"]})),
        (RPC, ANSWER, put("properties", "note", value={"type": "string"})),
        (RPC, ANSWER, put("properties", "reference", "maxLength", value=5)),
        (EVENTS, ("publishes",), put("other", value=EVENTS["publishes"]["vn.motcua.dossier.submitted.v1"])),
        (EVENTS, DATA, put("properties", "note", value={"type": "string"})),
        (EVENTS, DATA, put("properties", "code", value={"type": "string"})),
    ],
)
def test_change_that_only_adds_is_compatible(contract, path, change):
    assert compare(contract, changed(contract, path, change)) == []


def test_nothing_changed_is_compatible():
    assert compare(RPC, RPC) == []
    assert compare(EVENTS, EVENTS) == []


GIVEN = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "note": {"type": ["string", "null"]},
        "amount": {"type": "integer"},
        "name": {"type": "string", "minLength": 1, "maxLength": 200},
        "kind": {"type": "string", "enum": ["a", "b"]},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
    },
    "required": ["amount", "id", "kind", "note"],
}


def reader(properties, required=()):
    return {"type": "object", "properties": properties, "required": list(required)}


@pytest.mark.parametrize(
    "readable",
    [
        reader({"id": {"type": "string"}}, ["id"]),
        reader({"id": {"type": "string", "format": "uuid"}, "amount": {"type": "number"}}, ["amount"]),
        reader({"note": {"type": ["string", "null"]}}, ["note"]),
        reader({"name": {"type": "string", "minLength": 1, "maxLength": 200}}),
        reader({"name": {"type": "string", "maxLength": 300}}),
        reader({"id": {"type": "string", "maxLength": 36}}),
        reader({"kind": {"type": "string", "maxLength": 20}}),
        reader({"kind": {"type": "string", "enum": ["a", "b", "c"]}}),
        reader({"lines": {"type": "array", "items": reader({"name": {"type": "string"}})}}),
    ],
)
def test_reader_lives_on_what_it_is_given(readable):
    assert list(unreadable(readable, GIVEN, "r")) == []


@pytest.mark.parametrize(
    ("demanding", "says"),
    [
        (reader({"other": {"type": "string"}}, ["other"]), "r/other is never given"),
        (reader({"other": {"type": "string"}}), "r/other is never given"),
        (reader({"lines": {"type": "array"}}, ["lines"]), "r/lines is not always given"),
        (reader({"note": {"type": "string"}}), "r/note is null or string, not string"),
        (reader({"amount": {"type": "string"}}), "r/amount is integer, not string"),
        (reader({"note": {"type": ["string", "null"], "format": "date"}}), "r/note is not surely a date"),
        (reader({"name": {"type": "string", "maxLength": 199}}), "r/name has maxLength 200, not 199"),
        (reader({"name": {"type": "string", "minLength": 2}}), "r/name has minLength 1, not 2"),
        (reader({"amount": {"type": "integer", "maximum": 9}}), "r/amount has maximum None, not 9"),
        (reader({"kind": {"type": "string", "enum": ["a"]}}), "r/kind may be something else"),
        (reader({"id": {"type": "string", "enum": ["a"]}}), "r/id may be something else"),
        (
            reader({"lines": {"type": "array", "items": reader({"name": {"type": "string"}}, ["name"])}}),
            "r/lines/*/name is not always given",
        ),
    ],
)
def test_reader_that_would_fail_is_found(demanding, says):
    [problem] = unreadable(demanding, GIVEN, "r")
    assert says in problem
