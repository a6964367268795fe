"""When the service, the broker or the client is not as it should be."""

import os
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from deploy.local.servers import rabbitmq
from tests.integration.edge.conftest import key, problem
from tests.support.brokers import RestartableBroker
from tests.support.waiting import eventually


@pytest.fixture
def own_broker(tmp_path_factory):
    directory = tmp_path_factory.mktemp("broker")
    directory.chmod(0o755)
    with RestartableBroker(directory) as broker:
        yield broker


def test_a_service_that_does_not_answer_in_time(client):
    started = time.monotonic()
    read = client.get("/v1/silent")
    problem(read, 504, "deadline-exceeded")
    refused = problem(
        client.post("/v1/silent", headers=key() | {"Accept-Language": "en"}), 504, "deadline-exceeded"
    )
    assert "same key" in refused["detail"]
    assert refused["retryable"] is True
    assert int(read.headers["retry-after"]) > 0
    assert time.monotonic() - started < 5


def test_a_slow_write_ends_as_unknown_and_its_key_brings_the_answer(client, sample):
    slow = {"name": "slow", "seconds": 3.0}
    same = key()
    problem(client.post("/v1/things", json=slow, headers=same), 504, "deadline-exceeded")
    eventually(lambda: sample.rows("SELECT 1 FROM things WHERE name = 'slow'"))
    again = client.post("/v1/things", json=slow, headers=same)
    assert again.status_code == 201
    assert again.headers["idempotency-replayed"] == "true"
    assert len(sample.rows("SELECT 1 FROM things WHERE name = 'slow'")) == 1


def test_a_service_that_is_not_there_was_certainly_not_asked(client):
    started = time.monotonic()
    answer = client.get("/v1/absent")
    problem(answer, 503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert time.monotonic() - started < 2


def test_nothing_is_remembered_of_calls_that_ended(edge):
    running, client = edge
    client.get("/v1/silent")
    client.get("/v1/absent")
    assert "motcua_rpc_pending 0.0" in running.metrics()


@pytest.mark.timeout(240)
def test_a_broker_restart_with_calls_under_way(make_sample, own_broker):
    sample = make_sample(own_broker.url)
    sample.start_service()
    edge, client = sample.start_edge()
    with ThreadPoolExecutor(2) as pool:
        write = pool.submit(client.post, "/v1/silent/long", headers=key())
        read = pool.submit(client.get, "/v1/silent/long")
        eventually(lambda: "motcua_rpc_pending 2.0" in edge.metrics())
        own_broker.stop()
        # A write may have been carried out; a read may simply be repeated.
        problem(write.result(), 504, "deadline-exceeded")
        problem(read.result(), 503, "unavailable")
    problem(client.post("/v1/things", json={"name": "x"}, headers=key()), 503, "unavailable")
    assert not edge.ready()
    own_broker.start()
    eventually(edge.ready, 30)
    made = eventually(lambda: _made(client), 30)
    assert client.get(made).status_code == 200
    told_once_that_it_is_away_and_back(edge)


def told_once_that_it_is_away_and_back(edge):
    lines = [line for line in edge.log_lines() if line["event"] != "request"]
    assert [line["event"] for line in lines] == ["broker connected", "broker away", "broker connected"]
    assert lines[1]["reason"]
    assert lines[2]["away_seconds"] > 0
    # Nor anything that is not one of our JSON lines.
    assert len(edge.log_lines()) == len(edge.log.read_text().splitlines())


def _made(client):
    answer = client.post("/v1/things", json={"name": "x"}, headers=key())
    return answer.headers.get("location") if answer.status_code == 201 else None


def limit_memory(broker, limit):
    """Raise RabbitMQ's memory alarm, or lower it."""
    server = broker._server
    call = [rabbitmq._erl_call(), "-n", rabbitmq._NODE, "-c", server.cookie, "-e"]
    expression = f"vm_memory_monitor:set_vm_memory_high_watermark({{absolute, {limit}}}).\n"
    environment = os.environ | server.environment
    subprocess.run(
        call, input=expression, env=environment, capture_output=True, text=True, timeout=30, check=True
    )


@pytest.mark.timeout(240)
def test_a_broker_that_takes_no_messages(make_sample, own_broker):
    """RabbitMQ under memory alarm blocks who publishes; the edge says so at once."""
    sample = make_sample(own_broker.url)
    sample.start_service()
    edge, client = sample.start_edge()
    assert _made(client)
    limit_memory(own_broker, 1)
    # The one that makes the broker notice is not answered; those after it are refused at once.
    client.get("/v1/refused")
    eventually(lambda: not edge.ready())
    started = time.monotonic()
    problem(client.get("/v1/told?text=x"), 503, "unavailable")
    assert time.monotonic() - started < 1
    limit_memory(own_broker, 512_000_000)
    eventually(edge.ready, 30)
    assert eventually(lambda: _made(client))


def test_too_many_calls_at_once_are_refused(sample):
    _, client = sample.start_edge(MAX_PENDING="1")
    with ThreadPoolExecutor(2) as pool:
        answers = [future.result() for future in [pool.submit(client.get, "/v1/silent") for _ in range(2)]]
    assert sorted(answer.status_code for answer in answers) == [503, 504]


def test_a_request_under_way_is_finished_at_sigterm(sample):
    edge, client = sample.start_edge()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(client.post, "/v1/things", json={"name": "last", "seconds": 1.5}, headers=key())
        eventually(lambda: "motcua_rpc_pending 1.0" in edge.metrics())
        edge.process.send_signal(signal.SIGTERM)
        assert slow.result().status_code == 201
    assert edge.process.wait(15) == 0


def test_several_workers_share_a_port_and_have_a_metrics_port_each(sample):
    first, client = sample.start_edge(EDGE_WORKERS="2")
    second = type(first)(first.arguments, first.environment, first.log, first.port + 1)
    eventually(second.ready, 30)
    for _ in range(20):
        assert client.get("/v1/refused", headers={"Connection": "close"}).status_code == 409
    assert "motcua_http_requests_total" in first.metrics() + second.metrics()
    assert first.stop() == 0


def test_the_rate_limit(sample):
    _, client = sample.start_edge(RATE_LIMIT="3/minute")
    answers = [client.get("/v1/refused") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [409, 409, 409, 429]
    assert answers[0].headers["ratelimit"].startswith('"default";r=2;t=')
    problem(answers[3], 429, "too-many-requests")
    assert 1 <= int(answers[3].headers["retry-after"]) <= 60


def test_bytes_that_are_no_http(client):
    with socket.create_connection((client.base_url.host, client.base_url.port), timeout=5) as connection:
        connection.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 400")
    assert client.get("/v1/refused").status_code == 409


@pytest.mark.parametrize(
    "path", [b"/v1/things/\xff", b"/v1/things/%ff%00", b"/v1/told?text=\xff", b"/v1/\xc4\x91"]
)
def test_strange_bytes_in_an_address(client, path):
    with socket.create_connection((client.base_url.host, client.base_url.port), timeout=5) as connection:
        connection.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        status = int(connection.recv(1000).split(b" ", 2)[1])
    assert status in {400, 404, 422}


def test_a_trusted_proxy_says_who_asks(sample):
    _, client = sample.start_edge(RATE_LIMIT="1/minute", TRUSTED_PROXIES="127.0.0.1")

    def ask(address):
        return client.get("/v1/refused", headers={"X-Forwarded-For": address}).status_code

    assert [ask("10.0.0.1"), ask("10.0.0.2"), ask("10.0.0.1")] == [409, 409, 429]
    _, direct = sample.start_edge(RATE_LIMIT="1/minute")
    assert direct.get("/v1/refused", headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 409
    assert direct.get("/v1/refused", headers={"X-Forwarded-For": "10.0.0.2"}).status_code == 429


def test_settings_that_cannot_work_end_the_process(sample):
    with pytest.raises(AssertionError, match="EDGE_WORKERS"):
        sample.start_edge(EDGE_WORKERS="0")
    assert sample.running[-1].process.wait(5) == 2
