"""What a caller gets to see when something is refused or breaks."""

import json

import pytest

from chassis.tokens import service_token
from tests.support.databases import SECRET
from tests.support.echo_service import INTERNALS


def english(**more):
    return {"nameko.language": "en"} | more


def test_handler_exception_becomes_internal_error_without_internals(shared, asker):
    reply = asker.ask("echo.fail", {"text": "x"}, headers=english())
    said = json.dumps(reply)
    assert reply["error"]["exc_args"][0]["code"] == "internal-error"
    assert INTERNALS not in said
    assert "RuntimeError" not in said
    assert "Traceback" not in said
    logged = [line for line in shared.running[0].log_lines() if line["event"] == "request failed"]
    assert INTERNALS in logged[-1]["exception"], "the operators do get to see it"


def test_error_of_a_rule_keeps_its_code_values_and_language(asker):
    english_problem = asker.problem("echo.refuse", {"text": "noise"}, headers=english())
    vietnamese = asker.problem("echo.refuse", {"text": "noise"})
    assert english_problem["code"] == "noise"
    assert english_problem["status"] == 409
    assert english_problem["extra"] == {"level": 11}
    assert english_problem["detail"] == "Too loud: 11."
    assert vietnamese["detail"] == "Ồn quá: 11."


def test_field_error_from_a_use_case_has_its_pointer(asker):
    problem = asker.problem("echo.refuse", {"text": "field"}, headers=english())
    assert problem["errors"] == [{"pointer": "/text", "code": "rude", "detail": "Not polite."}]


def test_all_field_errors_come_at_once(asker):
    problem = asker.problem("echo.write", {"text": "x" * 101, "colour": "red"}, headers=english())
    assert {(error["pointer"], error["code"]) for error in problem["errors"]} == {
        ("/subject", "required"),
        ("/text", "too-long"),
        ("/colour", "unknown-field"),
    }


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "a.b.c",
        "eyJhbGciOiJub25lIn0..",
        "\x00",
        "eyJhbGciOiJIUzI1NiIsImtpZCI6InNlcnZpY2UifQ.e30.AAAA",
        "é" * 300,
    ],
)
def test_bad_token_is_unauthenticated(asker, token):
    problem = asker.problem("echo.whoami", headers={"nameko.token": token})
    assert (problem["code"], problem["status"]) == ("invalid-token", 401)


def test_no_token_is_unauthenticated(asker):
    assert asker.problem("echo.whoami")["code"] == "unauthenticated"


def test_service_may_call_internal_operations_only(asker):
    token = {"nameko.token": service_token("parrot", SECRET)}
    assert asker.result("echo.internal", {"text": "x"}, headers=token)["subject"] == "parrot"
    assert asker.problem("echo.whoami", headers=token)["code"] == "forbidden"
    assert asker.problem("echo.internal", {"text": "x"})["code"] == "unauthenticated"


def test_service_token_of_another_secret_or_out_of_date_is_refused(asker):
    forged = {"nameko.token": service_token("parrot", "another-secret-of-16")}
    stale = {"nameko.token": service_token("parrot", SECRET, seconds=-60)}
    assert asker.problem("echo.internal", {"text": "x"}, headers=forged)["code"] == "invalid-token"
    assert asker.problem("echo.internal", {"text": "x"}, headers=stale)["code"] == "expired-token"
