"""What the broker itself refuses to each account, and that what the platform needs is allowed."""

from collections.abc import Iterator
from contextlib import contextmanager

import pika
import pytest
from pika.exceptions import ChannelClosedByBroker, ProbableAuthenticationError

from chassis.jobs import consumed_types
from chassis.topology import (
    RPC_EXCHANGE,
    dead_queue,
    declare,
    events_queue,
    events_queue_arguments,
    own_exchange,
    reply_key,
    reply_queue,
    retry_queue,
    rpc_queue,
)
from deploy.local.servers import embedded_rabbitmq
from deploy.rabbitmq.permissions import ACCOUNTS, EDGE
from tests.integration.conftest import RETRY_DELAYS_MS
from tests.support.waiting import eventually

TOKEN_KEYS = "vn.motcua.identity.token-key-published.v1"
SETTLED = "vn.motcua.payment.obligation-settled.v1"


@contextmanager
def channel_of(url: str) -> Iterator[pika.adapters.blocking_connection.BlockingChannel]:
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        yield channel


def publish(exchange, routing_key):
    return lambda channel, _own: channel.basic_publish(exchange, routing_key, b"{}", mandatory=True)


def bind(exchange, routing_key):
    return lambda channel, own: channel.queue_bind(own, exchange, routing_key)


def on_queue(action, queue):
    return lambda channel, _own: getattr(channel, action)(queue)


def declares(queue, **arguments):
    return lambda channel, _own: channel.queue_declare(queue, durable=True, arguments=arguments)


FOR_ALL = {
    "an event of another service": publish("identity.events", TOKEN_KEYS),
    "by the default exchange": publish("", events_queue("dossier")),
    "by another's own exchange": publish(own_exchange("dossier"), events_queue("dossier")),
    "requests of another": bind(RPC_EXCHANGE, "identity.*"),
    "requests of all": bind(RPC_EXCHANGE, "#"),
    "answers to another": bind(RPC_EXCHANGE, reply_key("identity")),
    "events that are not for it": bind("postal.events", "#"),
    "consume requests": lambda channel, _own: channel.basic_consume(rpc_queue("dossier"), print),
    "consume events": lambda channel, _own: channel.basic_consume(events_queue("dossier"), print),
    "get an event": on_queue("basic_get", events_queue("dossier")),
    "get a dead letter": on_queue("basic_get", dead_queue("dossier")),
    "get what waits": on_queue("basic_get", retry_queue("dossier", RETRY_DELAYS_MS[0])),
    "purge": on_queue("queue_purge", events_queue("dossier")),
    "delete": on_queue("queue_delete", events_queue("dossier")),
    "unbind": lambda channel, _own: channel.queue_unbind(
        events_queue("dossier"), "identity.events", TOKEN_KEYS
    ),
    "declare another's queue": declares(rpc_queue("dossier")),
    "declare a queue": declares("mine"),
    "declare an exchange": lambda channel, _own: channel.exchange_declare("mine", durable=True),
    "delete the exchange of requests": on_queue("exchange_delete", RPC_EXCHANGE),
    "delete an exchange of events": on_queue("exchange_delete", "identity.events"),
}
FOR_THE_EDGE = {
    "an answer": publish(RPC_EXCHANGE, reply_key("edge")),
    "what no service is called": publish(RPC_EXCHANGE, "events-dossier"),
    "let die into events": lambda channel, _own: channel.queue_declare(
        reply_queue(reply_key("edge")), arguments={"x-dead-letter-exchange": "identity.events"}
    ),
}
FOR_A_SERVICE = {
    "a request to whom it never asks": publish(RPC_EXCHANGE, "dossier.submit_dossier"),
    "answers to the edge": bind(RPC_EXCHANGE, reply_key("edge")),
}


@pytest.mark.parametrize(
    ("account", "deed"),
    [(account, deed) for account in (EDGE, "payment") for deed in FOR_ALL]
    + [(EDGE, deed) for deed in FOR_THE_EDGE]
    + [("payment", deed) for deed in FOR_A_SERVICE],
)
def test_the_broker_refuses(guarded, account, deed):
    own = reply_queue(reply_key(account))
    with channel_of(guarded.url_for(account)) as channel:
        channel.queue_declare(own, exclusive=True)
        with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
            (FOR_ALL | FOR_THE_EDGE | FOR_A_SERVICE)[deed](channel, own)


def test_nobody_comes_in_with_the_password_of_another(guarded):
    url = guarded.url_for("edge").replace("edge:", "identity:")
    with pytest.raises(ProbableAuthenticationError, match="ACCESS_REFUSED"):
        pika.BlockingConnection(pika.URLParameters(url))


def test_an_event_reaches_those_it_is_for(guarded):
    with channel_of(guarded.url_for("payment")) as payment, channel_of(guarded.url_for("dossier")) as dossier:
        payment.basic_publish("payment.events", SETTLED, b"settled", mandatory=True)
        assert eventually(lambda: dossier.basic_get(events_queue("dossier"), auto_ack=True)[2]) == b"settled"


def test_a_request_is_asked_and_answered(guarded):
    key = reply_key("edge")
    with channel_of(guarded.url_for("edge")) as edge, channel_of(guarded.url_for("dossier")) as dossier:
        edge.queue_declare(reply_queue(key), exclusive=True)
        edge.queue_bind(reply_queue(key), RPC_EXCHANGE, key)
        dossier.queue_declare(rpc_queue("dossier"), durable=True, arguments={"x-queue-type": "classic"})
        dossier.queue_bind(rpc_queue("dossier"), RPC_EXCHANGE, "dossier.*")
        edge.basic_publish(RPC_EXCHANGE, "dossier.submit_dossier", b"asked", mandatory=True)
        assert eventually(lambda: dossier.basic_get(rpc_queue("dossier"), auto_ack=True)[2]) == b"asked"
        dossier.basic_publish(RPC_EXCHANGE, key, b"answered", mandatory=True)
        assert eventually(lambda: edge.basic_get(reply_queue(key), auto_ack=True)[2]) == b"answered"


def test_an_event_waits_dies_and_is_replayed_with_the_account_of_its_service(guarded):
    own, queue = own_exchange("feedback"), events_queue("feedback")
    with channel_of(guarded.url_for("feedback")) as channel:
        channel.basic_publish(own, retry_queue("feedback", RETRY_DELAYS_MS[0]), b"again", mandatory=True)
        method, _, body = eventually(lambda: _got(channel, queue))
        assert (method.exchange, body) == (own, b"again")
        channel.basic_nack(method.delivery_tag, requeue=False)
        method, _, body = eventually(lambda: _got(channel, dead_queue("feedback")))
        assert body == b"again"
        channel.basic_publish(own, queue, body, mandatory=True)
        assert eventually(lambda: _got(channel, queue))[2] == b"again"


def _got(channel, queue):
    found = channel.basic_get(queue)
    return found if found[0] is not None else None


def test_a_broker_from_before_the_accounts_gets_them_and_loses_nothing(tmp_path):
    tmp_path.chmod(0o755)
    queue, dead = events_queue("postal"), dead_queue("postal")
    with embedded_rabbitmq(tmp_path) as server, channel_of(server.url) as channel:
        # As postal declared them then: dead letters and returns by the default exchange.
        earlier = events_queue_arguments("postal") | {"x-dead-letter-exchange": ""}
        channel.queue_declare(queue, durable=True, arguments=earlier)
        room = {"x-queue-type": "quorum", "x-message-ttl": 20_000, "x-dead-letter-exchange": ""}
        channel.queue_declare("retry.20000ms", durable=True, arguments=room)
        channel.exchange_declare("retry.20000ms", "fanout", durable=True)
        channel.queue_bind("retry.20000ms", "retry.20000ms")
        lasting = pika.BasicProperties(delivery_mode=2)
        channel.basic_publish("", queue, b"kept", lasting, mandatory=True)
        channel.basic_publish("retry.20000ms", queue, b"waited", lasting, mandatory=True)
    with embedded_rabbitmq(tmp_path, ACCOUNTS) as server:
        url = server.url_for("postal")
        declare(url, "postal", consumed_types("postal"), RETRY_DELAYS_MS)
        with channel_of(url) as channel:
            method, _, body = eventually(lambda: _got(channel, queue))
            assert body == b"kept"
            channel.basic_nack(method.delivery_tag, requeue=False)
            assert eventually(lambda: _got(channel, dead))[2] == b"kept"
            assert eventually(lambda: _got(channel, queue), seconds=40)[2] == b"waited"
