"""Requests that are carried to a service as they come."""

from tests.integration.edge.conftest import problem


def test_a_request_and_its_answer_are_carried_whole(client):
    sent = {
        "Cookie": "c=d",
        "Authorization": "Basic eDp5",
        "X-Forwarded-Host": "evil",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    answer = client.post("/mirror/a%2Fb?x=1&x=%20", content=b"n=%C4%91&n=\xff", headers=sent)
    method, path, query, headers, body, address = answer.json()
    assert (method, path, query) == ("POST", "/mirror/a%2Fb", "x=1&x=%20")
    assert body.encode("latin-1") == b"n=%C4%91&n=\xff"
    assert (headers["cookie"], headers["authorization"]) == ("c=d", "Basic eDp5")
    assert "x-forwarded-host" not in headers
    assert address == "127.0.0.1"

    assert answer.status_code == 418
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert answer.headers.get_list("content-security-policy") == ["default-src 'self'"]
    assert answer.headers.get_list("x-frame-options") == ["DENY"]


def test_an_unknown_method_is_the_services_to_refuse(client):
    assert client.request("PROPFIND", "/mirror/").json()[0] == "PROPFIND"
    head = client.head("/mirror/")
    assert (head.status_code, head.content) == (418, b"")


def test_a_body_too_large_is_not_carried(client):
    problem(client.post("/mirror/", content=b"x" * (64 * 1024 + 1)), 413, "too-large")


def test_what_is_not_below_the_path_is_not_carried(client):
    assert client.get("/mirror").status_code == 404
    assert client.get("/mirrors/").status_code == 404
