"""Requests that make stock Nameko die, hang or loop: here the service answers or refuses, and lives on."""

import re

import pytest

from tests.support.asking import Asker

PING = "echo.ping"


def test_request_without_reply_to_is_refused_and_every_replica_lives_on(make_echo):
    echo = make_echo()
    replicas = [echo.start(), echo.start()]
    asker = echo.asker()
    for _ in range(4):
        asker.send(PING, {"text": "to nobody"}, reply_to=None)
    for _ in range(4):
        assert asker.result(PING, {"text": "hello"})["text"] == "hello"
    assert all(replica.process.poll() is None for replica in replicas)
    refused = sum(replica.metrics().count('reason="no-reply-to"} 2.0') for replica in replicas)
    assert refused == 2, "each replica refused its half, once"
    assert asker.waiting("rpc-echo") == 0
    echo.close()


@pytest.mark.parametrize("target", ["identity.sign_in", "reply.edge", "x"])
def test_nobody_is_made_to_publish_for_another(asker: Asker, shared, target: str):
    """An answer goes to a queue of answers, whatever the request says."""
    before = _refused(shared)
    asker.send(PING, {"text": "x"}, reply_to=target)
    assert asker.result(PING, {"text": "still here"})["text"] == "still here"
    assert _refused(shared) == before + 1


def _refused(shared) -> float:
    found = re.search(r'reason="no-reply-to"} ([0-9.]+)', shared.running[0].metrics())
    return float(found[1]) if found else 0.0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"{",
        b"[]",
        b"17",
        b"null",
        b'{"args": []}',
        b'{"kwargs": []}',
        b'{"args": [], "kwargs": {"other": 1}}',
        b'{"args":[],"kwargs":{"payload":' + b"[" * 5_000 + b"]" * 5_000 + b"}}",
    ],
)
def test_undecodable_body_is_answered_not_dropped(asker: Asker, body: bytes):
    problem = asker.problem(PING, body=body)
    assert (problem["code"], problem["status"]) == ("validation-failed", 422)


@pytest.mark.parametrize("payload", ["a text", 17, ["a", "list"], True])
def test_payload_that_is_no_object_is_a_field_error(asker: Asker, payload):
    problem = asker.problem(PING, payload)
    assert [error["code"] for error in problem["errors"]] == ["not-an-object"]


@pytest.mark.parametrize(
    "trap", [{"__type__": "bomb", "__value__": "x"}, {"__type__": "datetime", "__value__": 5}]
)
def test_kombu_type_trap_in_user_data_passes_through_as_data(asker: Asker, trap):
    assert asker.result(PING, {"text": "x", "data": {"inner": trap}})["data"] == {"inner": trap}


@pytest.mark.parametrize(
    "missing",
    [{"content_type": None}, {"content_encoding": None}, {"content_type": "application/x-python-serialize"}],
)
def test_request_of_any_content_type_is_read_as_json_and_answered(asker: Asker, missing):
    assert asker.result(PING, {"text": "hello"}, **missing)["text"] == "hello"


def test_broken_compression_is_refused(asker: Asker, shared):
    asker.send(PING, {"text": "x"}, headers={"compression": "application/x-gzip"})
    assert asker.result(PING, {"text": "still here"})["text"] == "still here"
    assert 'reason="undecodable"' in shared.running[0].metrics()


def test_unknown_method_is_answered(asker: Asker):
    problem = asker.problem("echo.no_such_thing", {"text": "x"})
    assert (problem["code"], problem["retryable"]) == ("unavailable", True)


@pytest.mark.parametrize("method", ["__init__", "name", "database", "noted", "count_runs"])
def test_only_operations_can_be_called(asker: Asker, method: str):
    assert asker.problem(f"echo.{method}", {"text": "x"})["code"] == "unavailable"


@pytest.mark.parametrize(
    "headers",
    [
        {"nameko.deadline": "soon"},
        {"nameko.deadline": {"a": 1}},
        {"nameko.deadline": True},
        {"nameko.command_id": 17, "nameko.token": ["x"], "nameko.language": 3},
        {"nameko.call_id_stack": "not a list"},
        {"nameko.if_match": "one"},
        {"traceparent": "nonsense"},
        {"traceparent": 5},
    ],
)
def test_malformed_header_is_an_absent_one(asker: Asker, headers):
    assert asker.result(PING, {"text": "hello"}, headers=headers)["text"] == "hello"


def test_request_without_correlation_id_harms_nobody(asker: Asker):
    asker.send(PING, {"text": "x"}, correlation_id=None)
    assert asker.result(PING, {"text": "hello"})["text"] == "hello"
