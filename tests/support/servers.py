"""Servers for tests: the environment's, else containers when an engine answers, else embedded ones."""

import os
import secrets
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from deploy.local.servers import embedded_postgres, embedded_rabbitmq


@dataclass(frozen=True)
class Broker:
    """A broker, and how to make a virtual host of one's own on it."""

    url: str
    add_vhost: Callable[[str], str]
    drop_vhost: Callable[[str], None] = lambda _url: None


def engine_answers() -> bool:
    """Whether a container engine can be asked for servers."""
    if os.environ.get("TEST_WITHOUT_CONTAINERS"):
        return False
    try:
        return (
            subprocess.run(["docker", "version"], capture_output=True, timeout=10, check=False).returncode
            == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


@contextmanager
def postgres() -> Iterator[str]:
    """The administrator's address of a PostgreSQL server (postgresql+psycopg2://…)."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
    elif engine_answers():
        from testcontainers.community.postgres import PostgresContainer

        image = os.environ.get("POSTGRES_IMAGE", "postgres:16")
        with PostgresContainer(image, username="postgres", dbname="postgres", driver="psycopg2") as container:
            url = container.get_connection_url()
            _hurry(url)
            yield url
    else:
        with tempfile.TemporaryDirectory(prefix="motcua-test-") as directory:
            # The server's own user must be able to pass through.
            Path(directory).chmod(0o755)
            with embedded_postgres(Path(directory)) as server:
                _hurry(server.url)
                yield server.url


def _hurry(url: str) -> None:
    """Databases that live for one test need not survive a power cut."""
    connection = psycopg2.connect(url.replace("+psycopg2", "", 1))
    connection.autocommit = True
    with connection.cursor() as cursor:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            cursor.execute(f"ALTER SYSTEM SET {setting} = off")
        cursor.execute("SELECT pg_reload_conf()")
    connection.close()


@contextmanager
def rabbitmq() -> Iterator[Broker]:
    if url := os.environ.get("TEST_AMQP_URL"):
        yield Broker(url, lambda _name: url)
    elif engine_answers():
        from testcontainers.community.rabbitmq import RabbitMqContainer

        image = os.environ.get("RABBITMQ_IMAGE", "rabbitmq:4-management")
        with RabbitMqContainer(image) as container:
            host, port = container.get_container_host_ip(), container.get_exposed_port(5672)

            def evaluate(expression: str) -> None:
                code, output = container.exec(["rabbitmqctl", "eval", expression])
                assert code == 0, output

            url = f"amqp://guest:guest@{host}:{port}/"
            stock = Stock(url, evaluate)
            yield Broker(url, stock.take, stock.give_back)
    else:
        with tempfile.TemporaryDirectory(prefix="motcua-test-") as directory:
            Path(directory).chmod(0o755)
            with embedded_rabbitmq(Path(directory)) as server:
                yield Broker(server.url, server.add_vhost)


class Stock:
    """Virtual hosts made many at a time: each command in a container starts an Erlang machine of its own."""

    SIZE = 16
    _MAKE = (
        'rabbit_vhost:add(<<"{0}">>, <<"tests">>), rabbit_auth_backend_internal:set_permissions('
        '<<"guest">>, <<"{0}">>, <<".*">>, <<".*">>, <<".*">>, <<"tests">>)'
    )
    _DROP = 'rabbit_vhost:delete(<<"{0}">>, <<"tests">>)'

    def __init__(self, url: str, evaluate: Callable[[str], None]) -> None:
        self._url, self._evaluate = url, evaluate
        self._made: list[str] = []
        self._done: list[str] = []

    def take(self, _name: str) -> str:
        """The address of one that nobody had before."""
        if not self._made:
            self._made = [fresh_name("vhost") for _ in range(self.SIZE)]
            wanted = [self._DROP.format(name) for name in self._done]
            wanted += [self._MAKE.format(name) for name in self._made]
            self._done.clear()
            self._evaluate(", ".join(wanted) + ".")
        return self._url + self._made.pop()

    def give_back(self, url: str) -> None:
        """It goes when the next ones are made."""
        self._done.append(url.rpartition("/")[2])


def fresh_name(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(4)}"
