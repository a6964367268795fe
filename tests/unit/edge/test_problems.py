import json

from chassis.errors import (
    Conflict,
    FieldError,
    PreconditionFailed,
    ServiceError,
    Unauthenticated,
    Unavailable,
    ValidationFailed,
)
from edge import problems
from edge.asked import Asked
from edge.errors import MethodNotAllowed


class EdgeTestClash(Conflict):
    vi, en = "Chỉ được: {legal}.", "Only: {legal}."


def shown(error, language=b"vi"):
    asked = Asked({"headers": [(b"accept-language", language)], "path": "/v1/things/7"})
    status, headers, body = problems.answer(error, asked)
    return status, {name.decode(): value.decode() for name, value in headers}, json.loads(body), asked


def test_a_problem_has_all_its_members():
    status, headers, problem, asked = shown(EdgeTestClash(legal=["receive"], type="x", status=1))
    assert status == 409
    assert headers["content-type"] == "application/problem+json"
    assert headers["content-language"] == "vi"
    assert headers["cache-control"] == "no-store"
    assert problem == {
        "type": "/problems/edge-test-clash",
        "title": Conflict.title_vi,
        "status": 409,
        "detail": "Chỉ được: receive.",
        "instance": "/v1/things/7",
        "traceId": asked.trace_id,
        "code": "edge-test-clash",
        "retryable": False,
        "legal": ["receive"],
    }


def test_the_language_asked_for():
    _, headers, problem, _ = shown(EdgeTestClash(legal=["receive"]), b"en")
    assert headers["content-language"] == "en"
    assert (problem["title"], problem["detail"]) == (Conflict.title_en, "Only: receive.")


def test_field_errors_are_all_there():
    errors = [FieldError("/a", "required", "Cần.", "Needed."), FieldError("/b/0", "null", "Rỗng.", "Null.")]
    _, _, problem, _ = shown(ValidationFailed(errors), b"en")
    assert problem["errors"] == [
        {"pointer": "/a", "code": "required", "detail": "Needed."},
        {"pointer": "/b/0", "code": "null", "detail": "Null."},
    ]


def test_a_service_s_own_problem_is_passed_on():
    wire = EdgeTestClash(legal=[]).as_problem("en")
    status, _, problem, _ = shown(wire)
    assert (status, problem["detail"]) == (409, "Only: .")


def test_headers_that_belong_to_a_status():
    assert shown(Unauthenticated())[1]["www-authenticate"] == "Bearer"
    assert shown(MethodNotAllowed(allow=["GET", "HEAD"]))[1]["allow"] == "GET, HEAD"
    assert int(shown(Unavailable())[1]["retry-after"]) > 0
    assert "retry-after" not in shown(EdgeTestClash(legal=[]))[1]


def test_a_stale_version_is_answered_with_the_current_one():
    _, headers, problem, _ = shown(PreconditionFailed(version=3))
    assert (headers["etag"], problem["version"]) == ('"3"', 3)
    assert "etag" not in shown(PreconditionFailed())[1]


def test_every_problem_type_has_words_in_both_languages():
    for code, kind in ServiceError.registry.items():
        for text in (kind.vi, kind.en, kind.title_vi, kind.title_en):
            assert text.strip(), code
        assert 400 <= kind.status < 600, code


class EdgeTestAssurance(Unauthenticated):
    pass


def test_a_sign_in_that_proves_too_little_is_told_what_to_prove():
    _, headers, problem, _ = shown(EdgeTestAssurance(acr_values="substantial high"))
    assert headers["www-authenticate"] == (
        'Bearer error="insufficient_user_authentication", acr_values="substantial high"'
    )
    assert problem["acrValues"] == "substantial high"
    for unsafe in ("", 'x", realm="y', "a\r\nb: c"):
        assert shown(EdgeTestAssurance(acr_values=unsafe))[1]["www-authenticate"] == "Bearer"
