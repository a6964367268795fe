"""The carrier's simulator as a process of its own, and consignments to give it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chassis.database import Sessions
from chassis.events import Event
from services.postal import usecases
from tests.integration.postal.support import HOA, Simulator, result_posted
from tests.support.databases import FreshDatabase
from tests.support.processes import Running, free_port


@pytest.fixture
def start_simulator(tmp_path: Path) -> Iterator[Callable[[], Simulator]]:
    """Starts the simulator; asked again, on the same port and files."""
    port = free_port()
    environment = {
        "SANDBOX_PORT": str(port),
        "SANDBOX_DIR": str(tmp_path / "sandbox"),
        "VNPOST_STEP_SECONDS": "0",
        "CARRIER_CUSTOMER": "customer",
        "CARRIER_SECRET": "secret",
        "PAYMENT_TMN_CODE": "SANDBOX1",
        "PAYMENT_HASH_SECRET": "sandbox-hash-secret",
        "LOG_LEVEL": "warning",
    }
    process = Running(["-m", "deploy.sandbox"], environment, tmp_path / "sandbox.log", port)

    def start() -> Simulator:
        return Simulator(f"http://127.0.0.1:{port}/vnpost", process.start())

    yield start
    process.kill()


@pytest.fixture
def simulator(start_simulator: Callable[[], Simulator]) -> Simulator:
    return start_simulator()


@pytest.fixture
def database(make_database: Callable[[str], FreshDatabase]) -> Sessions:
    return make_database("postal").sessions()


@pytest.fixture
def consign(database: Sessions) -> Callable[..., Event]:
    """Registers a consignment, learns its recipient, and gives the event it came from."""

    def make(**values: Any) -> Event:
        event = result_posted(**values)
        with database.work() as work:
            usecases.register(event, work)
            for consignment, _ in usecases.nameless(work, 10):
                usecases.address(consignment, HOA, work)
        return event

    return make
