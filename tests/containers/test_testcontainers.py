"""The same services on servers from testcontainers: the fixtures' second choice really works."""

import pika
import psycopg2
import pytest

from tests.support.servers import engine_answers, postgres, rabbitmq


@pytest.fixture(autouse=True)
def _needs_an_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    if not engine_answers():
        pytest.skip("no container engine answers")
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.delenv("TEST_AMQP_URL", raising=False)


def test_postgresql_with_our_extensions() -> None:
    with postgres() as url:
        connection = psycopg2.connect(url.replace("+psycopg2", ""))
        try:
            cursor = connection.cursor()
            cursor.execute("CREATE EXTENSION unaccent; CREATE EXTENSION pg_trgm")
            cursor.execute("SELECT unaccent('Đăng ký khai sinh')")
            assert cursor.fetchone() == ("Dang ky khai sinh",)
        finally:
            connection.close()


def test_rabbitmq_with_a_virtual_host_of_our_own() -> None:
    with rabbitmq() as broker:
        connection = pika.BlockingConnection(pika.URLParameters(broker.add_vhost("own")))
        channel = connection.channel()
        channel.queue_declare("q", durable=True, arguments={"x-queue-type": "quorum"})
        channel.confirm_delivery()
        channel.basic_publish("", "q", b"hello", mandatory=True)
        assert channel.basic_get("q", auto_ack=True)[2] == b"hello"
        connection.close()
