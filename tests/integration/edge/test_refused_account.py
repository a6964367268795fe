"""An edge whose account the broker refuses says so, to those who ask and to its operator; it never hangs."""

import time
from collections.abc import Callable

import httpx
import pytest

from tests.integration.edge.conftest import key, problem
from tests.support.processes import Running, free_port
from tests.support.waiting import eventually


@pytest.fixture
def start_edge(tmp_path):
    """`start_edge(amqp_url)` -> an edge that answers over HTTP, ready or not, and a client that talks to it."""
    running: list[Running] = []
    clients: list[httpx.Client] = []

    def start(amqp_url: str) -> tuple[Running, httpx.Client]:
        port, monitor = free_port(), free_port()
        settings = {"AMQP_URL": amqp_url, "EDGE_PORT": str(port), "METRICS_PORT": str(monitor)}
        settings |= {"OBJECT_STORE_URL": (tmp_path / "objects").as_uri(), "PYTHONWARNINGS": "ignore"}
        edge = Running(["-m", "tests.integration.edge.sample_edge"], settings, tmp_path / "edge.log", monitor)
        edge.spawn()
        running.append(edge)
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20)
        clients.append(client)
        eventually(edge.metrics, seconds=60)
        return edge, client

    yield start
    for client in clients:
        client.close()
    for edge in running:
        edge.kill()


def refusals(edge: Running) -> list[str]:
    lines = edge.log_lines()
    return [line["reason"] for line in lines if line["event"] == "the broker refuses this account"]


def asks_in_vain(ask: Callable[[], httpx.Response]) -> None:
    started = time.monotonic()
    answer = ask()
    problem(answer, 503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert time.monotonic() - started < 2


def test_with_a_password_that_is_not_its_own(start_edge, guarded):
    edge, client = start_edge(guarded.url_for("edge").replace("edge:", "edge:no"))
    assert "ACCESS_REFUSED" in eventually(lambda: refusals(edge))[0]
    asks_in_vain(lambda: client.get("/v1/refused"))
    asks_in_vain(lambda: client.post("/v1/things", json={"name": "x"}, headers=key()))
    assert not edge.ready()


def test_without_access_to_the_virtual_host(start_edge, guarded):
    edge, client = start_edge(guarded.url_for("edge").rsplit("/", 1)[0] + "/another")
    eventually(lambda: refusals(edge))
    asks_in_vain(lambda: client.get("/v1/refused"))


def test_with_the_account_of_a_service(start_edge, guarded):
    """It may come in, but not listen for the edge's answers."""
    edge, client = start_edge(guarded.url_for("payment"))
    assert "rpc.reply.edge." in eventually(lambda: refusals(edge))[0]
    asks_in_vain(lambda: client.get("/v1/refused"))
    assert not edge.ready()


def test_a_request_that_its_account_may_not_send(start_edge, guarded):
    """The sample is no service of the platform, so the edge's account may not ask it."""
    edge, client = start_edge(guarded.url_for("edge"))
    eventually(edge.ready)
    asks_in_vain(lambda: client.get("/v1/refused"))
    assert "'sample.refuse' in exchange 'nameko-rpc'" in eventually(lambda: refusals(edge))[0]
    eventually(edge.ready)
