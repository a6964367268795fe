import re

import orjson
import pytest
from openapi_spec_validator import validate

from chassis import fields
from chassis.api import ANYONE, SIGNED_IN, Operation, Upload, roles
from chassis.schemas import Page, PageQuery, Schema
from edge import services
from edge.docs import _READER, _assets
from edge.openapi import Description


class Paper(Schema):
    code = fields.Code("[A-Z]{3}", required=True)
    copies = fields.Integer(min=1, max=9, load_default=1)


class Change(Schema):
    reference = fields.Text(required=True)
    colour = fields.Choice("red", "blue", allow_none=True)
    papers = fields.Items(fields.Object(Paper), min=1, max=5, required=True)
    number = fields.Text(
        required=True, max=12, validate=fields.Rule(str.isdigit, "digits", "Chỉ chữ số.", "Digits only.")
    )
    on = fields.Day()


class View(Schema):
    reference = fields.Text()
    paper = fields.Object(Paper, allow_none=True)
    version = fields.Integer()


class Find(PageQuery):
    colour = fields.Choice("red", "blue", load_default=None, allow_none=True)
    tags = fields.Items(fields.Text())


CHANGE = Operation(
    "change_thing",
    "PATCH",
    "/things/{reference}",
    takes=Change,
    gives=View,
    allow=roles("desk", "leader"),
    if_match=True,
    etag=True,
    summary=("Sửa", "Change"),
)
FIND = Operation("find_things", "GET", "/things", takes=Find, gives=Page.of(View), allow=ANYONE)
FIND_AGAIN = Operation("find_more", "GET", "/more", takes=Find, gives=Page.of(View), allow=SIGNED_IN)
SEND = Upload("send_file", "POST", "/files", takes=View, gives=View, allow=SIGNED_IN, status=201)


def described(language="vi"):
    tables = {"sample": (CHANGE, FIND, FIND_AGAIN, SEND)}
    return orjson.loads(orjson.dumps(Description(tables, language, "https://motcua.example").document()))


def test_the_body_has_the_limits_of_the_schema_and_no_path_parameter():
    operation = described()["paths"]["/v1/things/{reference}"]["patch"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    assert "reference" not in body["properties"]
    assert set(body["required"]) == {"papers", "number"}
    assert body["additionalProperties"] is False
    assert body["properties"]["colour"] == {"type": ["string", "null"], "enum": ["red", "blue", None]}
    assert body["properties"]["on"] == {"type": "string", "format": "date"}
    assert body["properties"]["number"] == {
        "type": "string",
        "minLength": 1,
        "maxLength": 12,
        "description": "Chỉ chữ số.",
    }
    assert body["properties"]["papers"] == {
        "type": "array",
        "items": {"$ref": "#/components/schemas/sample.Paper"},
        "minItems": 1,
        "maxItems": 5,
    }


def test_components():
    schemas = described()["components"]["schemas"]
    assert schemas["sample.Paper"]["properties"] == {
        "code": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^(?:[A-Z]{3})$"},
        "copies": {"type": "integer", "default": 1, "minimum": 1, "maximum": 9},
    }
    assert schemas["sample.View"]["properties"]["paper"] == {
        "anyOf": [{"$ref": "#/components/schemas/sample.Paper"}, {"type": "null"}]
    }
    assert "additionalProperties" not in schemas["sample.View"]


def test_parameters_headers_and_failures():
    operation = described("en")["paths"]["/v1/things/{reference}"]["patch"]
    assert operation["summary"] == "Change"
    assert operation["description"] == "Who may call: officials with the role desk, leader."
    assert operation["security"] == [{"bearer": []}]
    names = [
        parameter.get("name") or parameter["$ref"].rpartition("/")[2] for parameter in operation["parameters"]
    ]
    assert names == ["reference", "Accept-Language", "If-Match"]
    assert described()["components"]["parameters"]["If-Match"]["required"]
    assert "ETag" in described()["components"]["responses"]["PreconditionFailed"]["headers"]
    assert {"412", "428", "409", "422", "429", "503", "504"} <= set(operation["responses"])
    assert "ETag" in operation["responses"]["200"]["headers"]


def test_a_query_has_no_nulls():
    parameters = {
        p["name"]: p for p in described()["paths"]["/v1/things"]["get"]["parameters"] if "name" in p
    }
    assert parameters["colour"]["schema"] == {"type": "string", "enum": ["red", "blue"]}
    assert parameters["tags"]["schema"] == {
        "type": "array",
        "items": {"type": "string", "maxLength": 2000},
        "maxItems": 200,
    }
    assert "default" not in parameters["cursor"]["schema"]


def test_an_upload_is_a_form_or_the_file_itself():
    content = described()["paths"]["/v1/files"]["post"]["requestBody"]["content"]
    assert set(content) == {"multipart/form-data", "application/pdf", "image/jpeg", "image/png"}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_whole_platform_is_described_validly(language):
    tables = services.load()
    document = orjson.loads(orjson.dumps(Description(tables, language, "").document()))
    validate(document)
    assert document["openapi"] == "3.1.0"
    described = {
        operation["operationId"] for path in document["paths"].values() for operation in path.values()
    }
    offered = [operation for table in tables.values() for operation in table]
    assert described == {operation.rpc for operation in offered}
    assert all(operation.summary[0] and operation.summary[1] for operation in offered)


def test_writes_that_create_take_a_key():
    document = Description(services.load(), "en", "").document()
    for path in document["paths"].values():
        for method, operation in path.items():
            taken = {"$ref": "#/components/parameters/Idempotency-Key"} in operation["parameters"]
            if method in {"get", "delete"}:
                assert not taken, operation["operationId"]


def test_the_reader_loads_nothing_from_elsewhere():
    page = _READER.format(language="vi")
    assert not re.findall(r"(?:https?:)?//[a-z]", page)
    for asset in re.findall(r"/docs/assets/([\w.-]+)", page):
        assert (_assets() / asset).is_file()
    assert "@import" not in (_assets() / "swagger-ui.css").read_text()
