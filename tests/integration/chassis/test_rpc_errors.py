"""What a caller gets to see when something is refused or breaks."""

import json
import os
from base64 import urlsafe_b64encode

import pytest

from chassis.service_keys import ServiceKeys, public_keys
from tests.support.echo_service import INTERNALS
from tests.support.service_keys import keys_of, token_of


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
    token = {"nameko.token": token_of("parrot", "echo")}
    assert asker.result("echo.internal", {"text": "x"}, headers=token)["subject"] == "parrot"
    assert asker.problem("echo.whoami", headers=token)["code"] == "forbidden"
    assert asker.problem("echo.internal", {"text": "x"})["code"] == "unauthenticated"


def test_a_service_is_who_signed_and_its_token_is_good_at_one_callee_for_a_while(asker):
    stranger = urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode()
    forged = ServiceKeys("parrot", stranger, public_keys({"parrot": stranger})).token("echo")
    elsewhere, stale = token_of("parrot", "dossier"), keys_of("parrot").token("echo", seconds=-60)
    for token, code in ((forged, "invalid-token"), (elsewhere, "invalid-token"), (stale, "expired-token")):
        assert asker.problem("echo.internal", {"text": "x"}, headers={"nameko.token": token})["code"] == code
