"""The whole application, without a broker: what HTTP alone decides, and what is said when nothing can be asked."""

import asyncio
import json

import httpx
import pytest

from chassis import fields
from chassis.api import ANYONE, SIGNED_IN, Operation
from chassis.schemas import Nothing, Schema
from chassis.settings import BadSettings
from edge.app import build
from edge.door import Door
from edge.settings import EdgeSettings
from tests.unit.edge.test_openapi import SEND


class Thing(Schema):
    id = fields.Text()
    name = fields.Text()


OPERATIONS = (
    Operation("find_things", "GET", "/things", takes=Nothing, gives=Thing, allow=ANYONE),
    Operation("add_thing", "POST", "/things", takes=Thing, gives=Thing, allow=SIGNED_IN, status=201),
    Operation(
        "change_thing", "PATCH", "/things/{id}", takes=Thing, gives=Thing, allow=SIGNED_IN, if_match=True
    ),
    Operation(
        "sign_in", "POST", "/sessions", takes=Thing, gives=Thing, allow=ANYONE, key=False, rate="2/minute"
    ),
)
KEY = {"Idempotency-Key": "k-1"}


def ask(method, path, *, settings=None, times=1, **request):
    app = build(EdgeSettings(amqp_url="amqp://nowhere", **(settings or {})), {"sample": OPERATIONS})

    async def run():
        transport = httpx.ASGITransport(app, client=("10.0.0.1", 4000))
        async with httpx.AsyncClient(transport=transport, base_url="http://edge") as client:
            return [await client.request(method, path, **request) for _ in range(times)][-1]

    return asyncio.run(run())


def problem(answer, status, code):
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert (answer.status_code, found["status"], found["type"]) == (status, status, f"/problems/{code}")
    assert found["instance"] == answer.request.url.path
    assert len(found["traceId"]) == 32
    return found


@pytest.mark.parametrize(
    "path", ["/", "/v1/nothing", "/v1", "/v2/things", "/docs/assets/../secret", "/favicon.ico"]
)
def test_404(path):
    problem(ask("GET", path), 404, "not-found")


def test_405_names_the_methods():
    assert problem(ask("PUT", "/v1/things"), 405, "method-not-allowed")["allow"] == [
        "GET",
        "HEAD",
        "OPTIONS",
        "POST",
    ]
    answer = ask("DELETE", "/openapi.json")
    problem(answer, 405, "method-not-allowed")
    assert "GET" in answer.headers["allow"]


def test_options_names_the_methods():
    answer = ask("OPTIONS", "/v1/things/7")
    assert (answer.status_code, answer.headers["allow"]) == (204, "OPTIONS, PATCH")


def test_413_415_400():
    problem(
        ask("POST", "/v1/things", json={"name": "x" * 99}, headers=KEY, settings={"body_limit_bytes": 50}),
        413,
        "too-large",
    )
    problem(ask("POST", "/v1/things", content=b"{}", headers=KEY), 415, "unsupported-type")
    answer = ask("POST", "/v1/things", content=b'{"a":', headers=KEY | {"Content-Type": "application/json"})
    assert problem(answer, 400, "malformed-json")["line"] == 1
    problem(ask("GET", "/v1/things?a=%ff"), 400, "malformed-query")


def test_the_idempotency_key():
    problem(ask("POST", "/v1/things", json={}), 400, "idempotency-key-missing")
    problem(
        ask("POST", "/v1/things", json={}, headers={"Idempotency-Key": "a b"}), 400, "idempotency-key-invalid"
    )
    problem(ask("POST", "/v1/sessions", json={}), 503, "unavailable")


def test_the_precondition():
    problem(ask("PATCH", "/v1/things/7", json={}), 428, "precondition-required")
    problem(ask("PATCH", "/v1/things/7", json={}, headers={"If-Match": "7"}), 400, "if-match-invalid")
    problem(ask("PATCH", "/v1/things/7", json={}, headers={"If-Match": '"6", W/"7"'}), 503, "unavailable")
    problem(ask("PATCH", "/v1/things/7", json={}, headers={"If-Match": "*"}), 503, "unavailable")


def test_401_for_what_is_no_bearer_token():
    answer = ask("GET", "/v1/things", headers={"Authorization": "Basic abc"})
    problem(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_422_for_a_body_that_names_a_path_parameter():
    answer = ask(
        "PATCH", "/v1/things/7", json={"id": "8"}, headers={"If-Match": '"1"', "Accept-Language": "en"}
    )
    assert problem(answer, 422, "validation-failed")["errors"] == [
        {"pointer": "/id", "code": "unknown-field", "detail": "There is no such field."}
    ]


def test_429_says_how_long_to_wait():
    answer = ask("POST", "/v1/sessions", json={}, times=3)
    problem(answer, 429, "too-many-requests")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert answer.headers["ratelimit-policy"] == '"sign_in";q=2;w=60'
    assert answer.headers["ratelimit"].startswith('"sign_in";r=0')


def test_503_without_a_broker():
    answer = ask("GET", "/v1/things")
    problem(answer, 503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0


def test_problems_come_in_the_language_asked_for():
    vietnamese, english = (
        ask("GET", "/v1/x").json(),
        ask("GET", "/v1/x", headers={"Accept-Language": "en"}).json(),
    )
    assert vietnamese["detail"] == "Không tìm thấy nội dung được yêu cầu."
    assert english["detail"] == "There is nothing here."


@pytest.mark.parametrize("path", ["/v1/things", "/v1/x", "/docs", "/openapi.json"])
def test_every_answer_has_the_security_headers(path):
    headers = ask("GET", path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe-eval" not in headers["content-security-policy"]


def test_cors_only_for_the_origins_named():
    def allowed(origin, method="OPTIONS"):
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        settings = {"cors_origins": "https://dichvucong.example"}
        return ask(method, "/v1/x", headers=headers, settings=settings).headers.get(
            "access-control-allow-origin"
        )

    assert allowed("https://dichvucong.example") == "https://dichvucong.example"
    assert allowed("https://evil.example") is None
    assert allowed("https://dichvucong.example", "GET") == "https://dichvucong.example"
    assert (
        ask("GET", "/v1/x", headers={"Origin": "https://a.example"}).headers.get(
            "access-control-allow-origin"
        )
        is None
    )


def test_the_trace_of_the_client_is_kept():
    trace = "0af7651916cd43dd8448eb211c80319c"
    answer = ask("GET", "/v1/x", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    assert answer.json()["traceId"] == trace


def test_the_pages_for_developers():
    assert "swagger-ui" in ask("GET", "/docs?lang=en").text
    assert ask("GET", "/docs/assets/swagger-ui.css").status_code == 200
    assert ask("GET", "/docs/start.js").headers["content-type"].startswith("text/javascript")
    assert list(ask("GET", "/openapi.json?lang=en").json()["paths"]) == [
        "/v1/things",
        "/v1/things/{id}",
        "/v1/sessions",
    ]


def test_a_problem_type_explains_itself():
    found = ask("GET", "/problems/too-large?lang=en").json()
    assert (found["status"], found["title"]) == (413, "Too large")
    page = ask("GET", "/problems/too-large", headers={"Accept": "text/html"})
    assert "vượt quá giới hạn" in page.text
    problem(ask("GET", "/problems/no-such-thing"), 404, "not-found")


def test_uploads_need_a_store():
    with pytest.raises(BadSettings):
        build(EdgeSettings(amqp_url="amqp://nowhere"), {"sample": (SEND,)})


def answers_of(app):
    """The messages one request gets when it meets this inner application."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/v1/x", "headers": []}
    asyncio.run(Door(app)(scope, None, send))
    return sent


def test_a_bug_is_an_internal_error_and_tells_nothing():
    async def broken(scope, receive, send):
        raise RuntimeError("row 17 of table secrets")

    start, body = answers_of(broken)
    assert start["status"] == 500
    assert json.loads(body["body"])["type"] == "/problems/internal-error"
    assert b"secrets" not in body["body"]


def test_a_bug_after_the_answer_began_cuts_the_connection():
    async def broken(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("too late")

    with pytest.raises(RuntimeError):
        answers_of(broken)


def test_the_access_log_has_no_query_and_no_token(capfdbinary):
    ask("GET", "/v1/things?phone=0901234567", headers={"Authorization": "Bearer secret.token.here"})
    line = capfdbinary.readouterr().out.splitlines()[-1]
    logged = json.loads(line)
    assert (logged["route"], logged["status"], logged["event"]) == ("/v1/things", 503, "request")
    assert len(logged["trace_id"]) == 32
    assert b"0901234567" not in line
    assert b"secret" not in line
