"""HTTP in, one RPC, HTTP out."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from tests.integration.edge.conftest import key, problem


def test_a_thing_from_creation_to_removal(client):
    made = client.post("/v1/things", json={"name": "một"}, headers=key())
    assert made.status_code == 201
    thing = made.json()
    address = made.headers["location"]
    assert address == f"/v1/things/{thing['id']}"
    assert made.headers["etag"] == '"1"'

    read = client.get(address)
    assert read.json() == thing
    assert client.get(address, headers={"If-None-Match": read.headers["etag"]}).status_code == 304

    changed = client.patch(address, json={"name": "hai"}, headers={"If-Match": '"1"'})
    assert (changed.json()["name"], changed.headers["etag"]) == ("hai", '"2"')
    problem(
        client.patch(address, json={"name": "ba"}, headers={"If-Match": '"1"'}), 412, "precondition-failed"
    )
    problem(client.patch(address, json={"name": "ba"}), 428, "precondition-required")

    removed = client.delete(address)
    assert (removed.status_code, removed.content) == (204, b"")
    problem(client.get(address), 404, "not-found")


def test_which_versions_a_change_may_be_made_on(client):
    address = client.post("/v1/things", json={"name": "một"}, headers=key()).headers["location"]

    def change(*if_match):
        headers = [("If-Match", line) for line in if_match]
        return client.patch(address, json={"name": uuid.uuid4().hex[:8]}, headers=headers)

    stale = change('"2"', 'W/"1", "x"')
    assert problem(stale, 412, "precondition-failed")["version"] == 1
    assert stale.headers["etag"] == '"1"'
    assert problem(change('W/"1"'), 412, "precondition-failed")["version"] == 1
    problem(change("1"), 400, "if-match-invalid")
    assert change('"7", "1"').headers["etag"] == '"2"'
    assert change('"7"', '"2"').headers["etag"] == '"3"'
    assert change("*").headers["etag"] == '"4"'
    assert client.get(address).json()["version"] == 4


def test_the_same_key_gives_the_same_answer_and_does_it_once(client):
    same = key()
    first, second = (client.post("/v1/things", json={"name": "một"}, headers=same) for _ in range(2))
    assert first.json() == second.json()
    assert first.headers["location"] == second.headers["location"]
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    problem(client.post("/v1/things", json={"name": "hai"}, headers=same), 422, "idempotency-key-reused")


def test_the_query_reaches_the_schema(client):
    answer = client.get("/v1/told", params={"text": "đơn", "count": "3", "tags": ["a", "b"]})
    assert {"text": "đơn", "count": 3, "tags": ["a", "b"], "language": "vi"}.items() <= answer.json().items()
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert client.get("/v1/told", params={"text": "x", "tags": "a"}).json()["tags"] == ["a"]


def test_all_field_errors_at_once_in_the_language_asked_for(client):
    english = {"Accept-Language": "en"}
    refused = client.post("/v1/things", json={"nme": "x", "seconds": "x"}, headers=key() | english)
    errors = {
        error["pointer"]: error["code"] for error in problem(refused, 422, "validation-failed")["errors"]
    }
    assert errors == {"/nme": "unknown-field", "/name": "required", "/seconds": "not-a-number"}
    assert refused.json()["title"] == "Invalid data"
    refused = client.get("/v1/told", params={"text": "x", "count": "9", "more": "1"})
    errors = {
        error["pointer"]: error["detail"] for error in problem(refused, 422, "validation-failed")["errors"]
    }
    assert errors == {"/count": "Không được lớn hơn 5.", "/more": "Trường này không tồn tại."}
    problem(client.get("/v1/things/not-a-uuid"), 422, "validation-failed")


def test_a_service_s_refusal_in_the_language_asked_for(client):
    assert problem(client.get("/v1/refused"), 409, "too-late-for-that")["detail"] == "Chỉ còn: wait."
    refused = problem(client.get("/v1/refused", headers={"Accept-Language": "en"}), 409, "too-late-for-that")
    assert (refused["detail"], refused["legal"]) == ("What is left: wait.", ["wait"])
    assert client.get("/problems/too-late-for-that").status_code == 200


def test_a_broken_service_tells_nothing_but_a_trace(client):
    trace = uuid.uuid4().hex
    answer = client.get("/v1/broken", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    assert problem(answer, 500, "internal-error")["traceId"] == trace
    assert "secrets" not in answer.text


def test_calls_are_pipelined(client):
    """Ten that take a second each, over one connection to the broker, take little more than one."""
    client.post("/v1/things", json={"name": "warm"}, headers=key())
    started = time.monotonic()
    with ThreadPoolExecutor(10) as pool:
        answers = list(
            pool.map(
                lambda _: client.post("/v1/things", json={"name": "a", "seconds": 1.0}, headers=key()),
                range(10),
            )
        )
    assert [answer.status_code for answer in answers] == [201] * 10
    assert len({answer.json()["id"] for answer in answers}) == 10
    assert time.monotonic() - started < 5


def test_a_large_body_and_a_large_answer(client):
    text = "đ" * 100_000
    refused = client.post("/v1/things", content=b'"' + b"x" * 1_200_000 + b'"', headers=key())
    problem(refused, 413, "too-large")
    found = problem(client.post("/v1/things", json={"name": text}, headers=key()), 422, "validation-failed")
    assert found["errors"][0]["code"] == "too-long"


def test_metrics_count_by_route_and_not_by_address(edge):
    running, client = edge
    client.get(f"/v1/things/{uuid.uuid4()}")
    client.get(f"/v1/no/{uuid.uuid4()}")
    metrics = running.metrics()
    assert 'motcua_http_requests_total{method="GET",route="/v1/things/{id}",status="404"}' in metrics
    assert 'route="unmatched",status="404"' in metrics
    assert (
        'motcua_rpc_client_seconds_count{method="get_thing",outcome="not-found",target="sample"}' in metrics
    )
    assert "motcua_rpc_pending 0.0" in metrics
    assert "motcua_broker_connected 1.0" in metrics


def test_the_log_has_the_trace_and_neither_query_nor_token(edge, client):
    running, _ = edge
    trace = uuid.uuid4().hex
    headers = {"traceparent": f"00-{trace}-b7ad6b7169203331-01", "Authorization": "Bearer aaaa.bbbb.cccc"}
    client.get("/v1/told?text=0901234567", headers=headers)
    line = next(line for line in running.log_lines() if line.get("trace_id") == trace)
    assert line["route"] == "/v1/told"
    assert "0901234567" not in running.tail(100_000)
    assert "aaaa.bbbb" not in running.tail(100_000)
