"""The platform in containers; only where a container engine answers."""

import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.support.processes import free_port
from tests.support.servers import engine_answers

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Compose:
    """`docker-compose` on the repository's own file, under a project name of its own."""

    environment: dict[str, str]
    project: str

    def run(self, *words: str, seconds: float = 900, check: bool = True) -> str:
        done = subprocess.run(
            ["docker-compose", "-p", self.project, *words],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        if check and done.returncode != 0:
            raise AssertionError(
                f"docker-compose {' '.join(words)}:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
            )
        return done.stdout

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environment['EDGE_PORT']}"


@pytest.fixture(scope="session")
def compose(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compose]:
    if not engine_answers():
        pytest.skip("no container engine answers")
    printed = subprocess.run(
        [str(ROOT / "motcua"), "secrets", "--print"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    environment = {name: value.strip("'") for name, _, value in (line.partition("=") for line in printed)}
    environment |= {"EDGE_PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    platform = Compose(environment, f"motcua-test-{secrets.token_hex(3)}")
    try:
        platform.run("build")
        platform.run("up", "-d")
        _wait_until_it_answers(platform)
        _wait_until_all_is_heard(platform)
        yield platform
    finally:
        logs = platform.run("logs", "--no-color", "--tail=200", check=False)
        (tmp_path_factory.getbasetemp() / "compose.log").write_text(logs)
        platform.run("down", "-v", "--remove-orphans", "-t", "5", check=False)


def _wait_until_it_answers(platform: Compose, seconds: float = 180) -> None:
    """Until a procedure can be found: edge, broker, catalogue and its starter data are all there."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            answer = httpx.get(f"{platform.url}/v1/procedures/2.000635", timeout=10)
            if answer.status_code == 200:
                return
        except httpx.TransportError:
            pass
        if time.monotonic() > deadline:
            shown = platform.run("ps", check=False) + platform.run(
                "logs", "--no-color", "--tail=40", check=False
            )
            raise AssertionError(f"the platform in containers does not answer:\n{shown[-8000:]}")
        time.sleep(1)


def _wait_until_all_is_heard(platform: Compose, seconds: float = 120) -> None:
    """Until every service listens and has applied the events of the starter data, which journeys need copies of."""
    listing = ("exec", "-T", "rabbitmq", "rabbitmqctl", "-q", "list_queues", "name", "messages", "consumers")
    deadline = time.monotonic() + seconds
    while True:
        rows = [line.split() for line in platform.run(*listing, check=False).splitlines()]
        queues = [row for row in rows if row[0].startswith("events-") and not row[0].endswith(".dead")]
        if len(queues) == 6 and all(row[1] == "0" and row[2] != "0" for row in queues):
            return
        assert time.monotonic() < deadline, f"events are not heard: {rows}"
        time.sleep(2)
