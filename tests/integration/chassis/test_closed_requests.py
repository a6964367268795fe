"""Nothing that people send can be read in what the broker holds, or writes to its files."""

import subprocess

import pika
import pytest

from chassis import envelope
from chassis.client import BlockingClient
from chassis.topology import RPC_EXCHANGE
from tests.support.waiting import eventually

CANARY = "Nguyen-Thi-Chim-Hoang-Yen"
BUS_KEY = "a" * 43


@pytest.fixture
def closing(monkeypatch):
    """This process has the key, too."""

    def switch(key: str) -> None:
        monkeypatch.setenv("BUS_KEY", key)
        envelope.envelope.cache_clear()

    yield switch
    envelope.envelope.cache_clear()


@pytest.fixture
def tapped():
    """Everything that passes the exchange of requests and answers, as the broker sees it."""
    connections = []

    def tap(url):
        connections.append(pika.BlockingConnection(pika.URLParameters(url)))
        channel = connections[-1].channel()
        queue = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(queue, RPC_EXCHANGE, "#")
        return lambda: [*iter(lambda: channel.basic_get(queue, auto_ack=True), (None, None, None))]

    yield tap
    for connection in connections:
        connection.close()


def test_what_one_service_asks_another_passes_closed(make_echo, tapped):
    echo = make_echo()
    parrot = make_echo("parrot", echo.amqp_url)
    echo.start(BUS_KEY=BUS_KEY)
    parrot.start(BUS_KEY=BUS_KEY)
    seen = tapped(echo.amqp_url)
    asker = parrot.asker()
    answer = asker.result("parrot.relay", {"method": "ping", "text": CANARY})["answer"]
    assert answer["text"] == CANARY, "this test asks openly, and is answered so"
    passed = {method.routing_key: (properties, body) for method, properties, body in seen()}
    between = {key: one for key, one in passed.items() if key.startswith(("echo.", "reply.parrot."))}
    assert len(between) == 2
    for properties, body in between.values():
        assert CANARY.encode() not in body
        assert "eyJ" not in str(properties.headers), "nor can a token be read"
    assert CANARY.encode() in passed["parrot.relay"][1]


@pytest.mark.parametrize(("key", "written"), [("", True), (BUS_KEY, False)])
def test_what_waits_for_a_service_that_is_down_is_closed_in_the_files(guarded, closing, key, written):
    """In a lazy queue, since later brokers write down what waits in any queue."""
    closing(key)
    word = f"{CANARY}-{'closed' if key else 'open'}"
    with pika.BlockingConnection(pika.URLParameters(guarded.url)) as connection:
        channel = connection.channel()
        lazy = {"x-queue-type": "classic", "x-queue-mode": "lazy"}
        channel.queue_declare("rpc-away", durable=True, arguments=lazy)
        channel.queue_bind("rpc-away", RPC_EXCHANGE, "away.*")
        client = BlockingClient(guarded.url)
        for _ in range(5):
            with pytest.raises(TimeoutError):
                client.call("away", "sign_up", {"name": word}, token=f"token-of-{word}", timeout=0.4)
        if written:
            assert eventually(lambda: _in_files(guarded, word))
        else:
            assert not _in_files(guarded, word)
        channel.queue_delete("rpc-away")
        client.close()


def _in_files(broker, word):
    found = subprocess.run(
        ["grep", "-rlac", word, str(broker.directory / "data")], capture_output=True, text=True, check=False
    )
    return found.stdout.split()
