"""Embedded servers for one block of code: tests, benchmarks, tools."""

import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from signal import Signals
from typing import Protocol

from deploy.local.launch import process_environment
from deploy.local.ports import free_port
from deploy.local.secretfile import SecretFile
from deploy.local.servers.postgres import Postgres
from deploy.local.servers.rabbitmq import Epmd, RabbitMQ
from deploy.rabbitmq.definitions import password_name

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0


class Server(Protocol):
    """What every server can tell about itself."""

    @property
    def directory(self) -> Path: ...
    @property
    def port(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def stop_signal(self) -> Signals: ...
    @property
    def command(self) -> list[str]: ...
    @property
    def environment(self) -> dict[str, str]: ...
    def prepare(self) -> None: ...
    def ready(self) -> bool: ...


@contextmanager
def embedded_postgres(directory: Path) -> Iterator[Postgres]:
    """A running PostgreSQL with its data under the directory; `.url` is the administrator's."""
    secrets = SecretFile(directory / "secrets")
    server = Postgres(directory / "postgres", free_port(), secrets["POSTGRES_PASSWORD"])
    with _running(server):
        yield server


@contextmanager
def embedded_rabbitmq(directory: Path, accounts: Iterable[str] = ()) -> Iterator[RabbitMQ]:
    """A running RabbitMQ with its data under the directory: `.url`, `.add_vhost(name)`, `.url_for(account)`."""
    secrets = SecretFile(directory / "secrets")
    place = directory / "rabbitmq"
    epmd = Epmd(place, free_port())
    password, cookie = secrets["RABBITMQ_PASSWORD"], secrets["ERLANG_COOKIE"]
    own = {account: secrets[password_name(account)] for account in accounts}
    server = RabbitMQ(place, free_port(), free_port(), epmd.port, password, cookie, own)
    with ExitStack() as stack:
        stack.enter_context(_running(epmd))
        stack.enter_context(_running(server))
        yield server


@contextmanager
def _running(server: Server) -> Iterator[None]:
    server.directory.mkdir(parents=True, exist_ok=True)
    server.prepare()
    with (server.directory / f"{server.name}.log").open("ab") as log:
        process = subprocess.Popen(
            server.command,
            env=process_environment(server.environment),
            cwd=server.directory,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_until_ready(server, process)
        yield
    finally:
        process.send_signal(server.stop_signal)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not server.ready():
        if process.poll() is not None or time.monotonic() > deadline:
            log = (server.directory / f"{server.name}.log").read_text(errors="replace")
            raise RuntimeError(f"{server.name} did not start:\n{log[-3000:]}")
        time.sleep(0.1)
