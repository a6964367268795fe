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

            def add_vhost(name: str) -> str:
                for words in (f"add_vhost {name}", f"set_permissions -p {name} guest .* .* .*"):
                    code, output = container.exec(["rabbitmqctl", *words.split()])
                    assert code == 0, output
                return f"amqp://guest:guest@{host}:{port}/{name}"

            yield Broker(f"amqp://guest:guest@{host}:{port}/", add_vhost)
    else:
        with tempfile.TemporaryDirectory(prefix="motcua-test-") as directory:
            Path(directory).chmod(0o755)
            with embedded_rabbitmq(Path(directory)) as server:
                yield Broker(server.url, server.add_vhost)


def fresh_name(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(4)}"
