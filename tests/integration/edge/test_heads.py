"""Heads of requests that are too long, too many or too slow, on real sockets."""

import json
import socket
import time
from contextlib import suppress

import pytest

from edge.settings import EdgeSettings
from tests.integration.edge.conftest import key
from tests.integration.edge.sample_api import PDF
from tests.support.waiting import eventually

DEFAULTS = EdgeSettings(amqp_url="amqp://x")
CONTENT = b"%PDF-1.7\n" + bytes(100_000)


def connected(client):
    connection = socket.create_connection((client.base_url.host, client.base_url.port), timeout=10)
    # So that what is written piece by piece also leaves so.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def told(connection):
    """Status, header fields and body of an answer after which the connection is closed."""
    answer = b""
    while piece := connection.recv(65_536):
        answer += piece
    connection.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    fields = dict(line.split(": ", 1) for line in lines)
    return int(status.split(" ")[1]), fields, body


def refusal(connection):
    status, fields, body = told(connection)
    assert fields["content-type"] == "application/problem+json"
    assert fields["connection"] == "close"
    assert fields["x-content-type-options"] == "nosniff"
    assert int(fields["content-length"]) == len(body)
    found = json.loads(body)
    assert found["status"] == status
    return found


def refused(client, sent):
    connection = connected(client)
    connection.sendall(sent)
    return refusal(connection)


def seconds_until_closed(connection):
    started = time.monotonic()
    connection.settimeout(15)
    assert connection.recv(65_536) == b""
    connection.close()
    return time.monotonic() - started


def test_a_head_within_the_limits_is_taken(client):
    url = "/v1/told?text=" + "x" * (DEFAULTS.url_limit_bytes - 100)
    many = {f"x-{number}": "1" for number in range(DEFAULTS.header_limit_fields - 10)}
    assert client.get(url, headers=many).status_code == 200
    assert client.get("/v1/told?text=a", headers={"x-long": "1" * 31_000}).status_code == 200


@pytest.mark.parametrize("end", [b" HTTP/1.1\r\nHost: x\r\n\r\n", b""], ids=["complete", "endless"])
def test_an_address_that_is_too_long(client, end):
    found = refused(client, b"GET /v1/told?text=" + b"x" * DEFAULTS.url_limit_bytes + end)
    assert (found["status"], found["code"], found["instance"]) == (414, "uri-too-long", "/v1/told")
    assert str(DEFAULTS.url_limit_bytes) in found["detail"]


@pytest.mark.parametrize(
    "fields",
    [
        b"".join(b"x-%d: 1\r\n" % number for number in range(DEFAULTS.header_limit_fields + 1)) + b"\r\n",
        b"x-long: " + b"1" * DEFAULTS.header_limit_bytes + b"\r\n\r\n",
        b"x-endless: " + b"1" * 1_000_000,
    ],
    ids=["many", "long", "endless"],
)
def test_header_fields_that_are_too_many_or_too_large(client, fields):
    found = refused(client, b"GET /v1/refused HTTP/1.1\r\nAccept-Language: en\r\n" + fields)
    assert (found["status"], found["code"], found["instance"]) == (431, "headers-too-large", "/v1/refused")
    # Of a head that never ends the language is not known yet.
    assert str(DEFAULTS.header_limit_fields) in found["detail"]


def test_what_is_no_request_is_told_so_in_our_form(client):
    assert refused(client, b"\x16\x03\x01 nonsense\r\n\r\n")["code"] == "bad-request"


def test_the_second_request_of_a_connection_has_the_same_limits(client):
    connection = connected(client)
    connection.sendall(b"GET /v1/refused HTTP/1.1\r\nHost: x\r\n\r\n")
    assert connection.recv(65_536).startswith(b"HTTP/1.1 409")
    connection.sendall(b"GET /v1/refused HTTP/1.1\r\nx: " + b"1" * 40_000 + b"\r\n\r\n")
    assert refusal(connection)["status"] == 431


def test_trailers_without_end_are_cut_off(client):
    connection = connected(client)
    connection.sendall(
        f"POST /v1/files HTTP/1.1\r\nHost: x\r\nContent-Type: {PDF}\r\nIdempotency-Key: {time.time()}\r\n"
        "Transfer-Encoding: chunked\r\n\r\n4\r\n%PDF\r\n0\r\nx-trailer: ".encode()
    )
    with pytest.raises(OSError):
        for _ in range(1_000):
            connection.sendall(b"1" * 10_000)
            time.sleep(0.001)
    connection.close()


@pytest.fixture(scope="module")
def strict(sample):
    """An edge that does not wait long."""
    _, client = sample.start_edge(
        HEAD_SECONDS="0.6", BODY_IDLE_SECONDS="0.6", UPLOAD_RATE_BYTES="20000", RATE_LIMIT="1000/minute"
    )
    return client


def trickle(connection, data, pause=0.2, at_most=10.0):
    """Send byte by byte until somebody answers; how long that took."""
    started = time.monotonic()
    connection.setblocking(False)
    for byte in data:
        connection.send(bytes([byte]))
        time.sleep(pause)
        try:
            connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            assert time.monotonic() - started < at_most, "nobody minds"
        else:
            break
    connection.settimeout(10)
    return time.monotonic() - started


def test_a_head_that_trickles_in_is_not_waited_for(strict):
    connection = connected(strict)
    assert trickle(connection, b"GET /v1/refused HTTP/1.1\r\nx-slow: " + b"1" * 100) < 3
    found = refusal(connection)
    assert (found["status"], found["code"], found["retryable"]) == (408, "request-timeout", True)


def test_a_connection_that_asks_nothing_is_closed(strict):
    assert seconds_until_closed(connected(strict)) < 3


def test_a_connection_kept_open_with_empty_lines_is_closed(strict):
    connection = connected(strict)
    connection.sendall(b"GET /v1/refused HTTP/1.1\r\nHost: x\r\n\r\n")
    assert connection.recv(65_536).startswith(b"HTTP/1.1 409")
    # Between requests there is more time than for a head.
    time.sleep(1)
    connection.sendall(b"\r\n")
    assert seconds_until_closed(connection) < 3


def test_a_second_head_may_not_trickle_either(strict):
    connection = connected(strict)
    connection.sendall(b"GET /v1/refused HTTP/1.1\r\nHost: x\r\n\r\n")
    assert connection.recv(65_536).startswith(b"HTTP/1.1 409")
    assert trickle(connection, b"GET /v1/refused HTTP/1.1\r\nx-slow: " + b"1" * 100) < 3
    assert refusal(connection)["status"] == 408


def test_the_answer_of_an_earlier_request_is_not_lost_to_a_slow_head(strict):
    connection = connected(strict)
    body = b'{"name": "patient", "seconds": 1.2}'
    connection.sendall(
        b"POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Idempotency-Key: %d\r\nContent-Length: %d\r\n\r\n%bGET /v1/ref" % (time.time_ns(), len(body), body)
    )
    status, fields, _ = told(connection)
    assert (status, fields["connection"]) == (201, "close")


def upload(client, length):
    connection = connected(client)
    connection.sendall(
        f"POST /v1/files HTTP/1.1\r\nHost: x\r\nContent-Type: {PDF}\r\nConnection: close\r\n"
        f"Idempotency-Key: {key()['Idempotency-Key']}\r\nContent-Length: {length}\r\n\r\n".encode()
    )
    return connection


def test_an_upload_that_trickles_in_is_ended_and_leaves_nothing(strict, sample):
    before = set(sample.objects)
    connection = upload(strict, len(CONTENT))
    assert trickle(connection, CONTENT, pause=0.1) < 3
    status, _, body = told(connection)
    assert (status, json.loads(body)["code"]) == (408, "request-timeout")
    eventually(lambda: set(sample.objects) == before)


def test_an_upload_that_is_slow_but_not_too_slow_is_taken(strict):
    connection = upload(strict, len(CONTENT))
    for start in range(0, len(CONTENT), 10_000):
        connection.sendall(CONTENT[start : start + 10_000])
        time.sleep(0.3)
    assert told(connection)[0] == 201


def test_a_json_body_that_trickles_in_is_not_waited_for(strict):
    head = (
        b"POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
        b"Idempotency-Key: %d\r\nContent-Length: 1000\r\n\r\n" % time.time_ns()
    )
    for _ in range(3):
        with connected(strict) as connection:
            connection.sendall(head)
            assert trickle(connection, b" " * 1000) < 3
            # A byte that is on its way when the connection is closed may destroy the answer.
            with suppress(ConnectionResetError):
                assert told(connection)[0] == 408
                return
    pytest.fail("no answer in three times")


def test_a_refused_body_that_goes_on_does_not_keep_the_connection(strict):
    connection = connected(strict)
    connection.sendall(b"POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n")
    assert connection.recv(65_536).startswith(b"HTTP/1.1 4")
    started = time.monotonic()
    with pytest.raises(OSError):
        while time.monotonic() - started < 10:
            connection.sendall(b"x")
            time.sleep(0.1)
    assert time.monotonic() - started < 4
    connection.close()
