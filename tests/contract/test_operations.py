"""The tables of operations and the service classes say the same, and all of it together makes sense."""

import inspect
import re
from collections import Counter
from importlib import import_module

import pytest
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR

from chassis import contract, fields
from chassis.api import Upload
from chassis.errors import ServiceError
from chassis.rpc import RpcEntrypoint
from chassis.runner import service_class

SERVICES = contract.services()
TABLES = {service: import_module(f"services.{service}.api").OPERATIONS for service in SERVICES}
OPERATIONS = [(service, operation) for service in SERVICES for operation in TABLES[service]]
SEGMENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*|{[a-z_]+}")


def served(service: str) -> dict:
    methods = inspect.getmembers(service_class(service), inspect.isfunction)
    entrypoints = [e for _, method in methods for e in getattr(method, ENTRYPOINT_EXTENSIONS_ATTR, ())]
    return {e.operation.rpc: e.operation for e in entrypoints if isinstance(e, RpcEntrypoint)}


def test_there_are_services():
    assert len(SERVICES) == 6


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_is_served_and_nothing_else(service):
    assert served(service) == {operation.rpc: operation for operation in TABLES[service]}


@pytest.mark.parametrize("service", SERVICES)
def test_service_is_called_like_its_package(service):
    assert service_class(service).name == service


def test_every_route_is_offered_once():
    routes = [
        (operation.method, re.sub(r"{[a-z_]+}", "{}", operation.path))
        for _, operation in OPERATIONS
        if operation.path
    ]
    assert [route for route, times in Counter(routes).items() if times > 1] == []


def named(pairs) -> list[str]:
    return [f"{service}.{operation.rpc}" for service, operation in pairs]


@pytest.mark.parametrize(("service", "operation"), OPERATIONS, ids=named(OPERATIONS))
def test_operation_makes_sense(service, operation):
    if operation.path is None:
        assert operation.method is None
        return
    vi, en = operation.summary
    assert vi.strip(), "every text in Vietnamese"
    assert en.strip(), "and in English"
    assert vi != en
    assert all(SEGMENT.fullmatch(part) for part in operation.path.strip("/").split("/")), operation.path
    assert set(operation.path_parameters) <= set(operation.takes.instance().fields)
    if operation.location:
        inside = set(re.findall(r"{([a-z_]+)}", operation.location))
        assert inside <= set(operation.gives.instance().fields) | set(operation.path_parameters)
    if operation.etag:
        assert "version" in operation.gives.instance().fields
    if operation.if_match:
        assert operation.method in ("PUT", "PATCH", "DELETE", "POST")


@pytest.mark.parametrize(("service", "operation"), OPERATIONS, ids=named(OPERATIONS))
def test_reads_are_queries_and_writes_are_commands(service, operation):
    """A GET changes nothing (a gateway's call-back aside, which says so by taking no key)."""
    if operation.method in ("POST", "PUT", "PATCH", "DELETE"):
        assert kind_of(service, operation) == "command"


@pytest.mark.parametrize("service", SERVICES)
def test_what_has_an_entity_tag_is_changed_only_by_those_who_know_it(service):
    tagged = {operation.path for operation in TABLES[service] if operation.method == "GET" and operation.etag}
    careless = [
        operation.rpc
        for operation in TABLES[service]
        if operation.method not in ("GET", None)
        and any(f"{operation.path}/".startswith(f"{path}/") for path in tagged)
        and not operation.if_match
    ]
    assert careless == []


def kind_of(service: str, operation) -> str:
    door = getattr(service_class(service), operation.rpc)
    return inspect.getclosurevars(door).nonlocals["kind"]


#: Everything else is refused to who acts for somebody: signing in, devices, consents, and whatever is yet to come.
FOR_OTHERS = {
    "identity": {"me", "grant_mandate", "find_mandates", "end_mandate"},
    "dossier": {
        *("register_file", "locate_file", "create_draft", "list_drafts", "get_draft", "change_draft"),
        *("discard_draft", "submit_dossier", "list_dossiers", "get_dossier", "get_timeline"),
        *("answer_supplement", "withdraw_dossier"),
    },
    "payment": {"find_obligations", "get_obligation", "start_payment", "get_payment", "get_receipt"},
    "feedback": {"rate_dossier", "find_ratings", "file_petition", "my_petitions", "get_petition"},
    "postal": {"find_consignments", "get_consignment"},
}


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_done_for_others_was_decided_one_by_one(service):
    offered = {operation.rpc for operation in TABLES[service] if operation.acting}
    assert offered == FOR_OTHERS.get(service, set())


def test_uploads_have_a_rate_of_their_own():
    uploads = [operation for _, operation in OPERATIONS if isinstance(operation, Upload)]
    assert uploads
    assert [operation.rpc for operation in uploads if operation.rate is None] == []


@pytest.mark.parametrize(("service", "operation"), OPERATIONS, ids=named(OPERATIONS))
def test_every_pattern_is_said_in_words(service, operation):
    """Who breaks a rule must not be shown a regular expression."""
    for code in codes_in(operation.takes.instance()):
        assert code.says is not None, f"{code.name}: what does {code.pattern} mean?"
        assert code.says.vi != code.says.en


def codes_in(schema):
    for field in schema.fields.values():
        inner = getattr(field, "inner", field)
        if isinstance(inner, fields.Code):
            yield inner
        elif isinstance(inner, fields.Object):
            yield from codes_in(inner.schema)


def all_errors(kind: type[ServiceError] = ServiceError) -> list[type[ServiceError]]:
    """Every error of the platform; not from the registry, where one code has one class."""
    for service in SERVICES:
        service_class(service)
    found = {kind, *(error for child in kind.__subclasses__() for error in all_errors(child))}
    ours = (error for error in found if error.__module__.startswith(("chassis.", "services.")))
    return sorted(ours, key=lambda error: (error.code, error.__module__))


@pytest.mark.parametrize("kind", all_errors(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_error_speaks_both_languages_with_the_same_values(kind):
    for text in (kind.vi, kind.en, kind.title_vi, kind.title_en):
        assert text.strip()
    if kind.__module__.startswith("services."):
        assert kind.vi != kind.en
    assert _placeholders(kind.vi) == _placeholders(kind.en)


def test_errors_that_share_a_code_are_of_one_kind():
    """A code is the type of a problem, which has one page that explains it."""
    kinds: dict[str, set] = {}
    for error in all_errors():
        kinds.setdefault(error.code, set()).add((error.status, error.retryable, error.title_en))
    assert {code: found for code, found in kinds.items() if len(found) > 1} == {}


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)", text))
