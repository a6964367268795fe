"""The catalogue on a real database: seeded, or with the whole national export imported."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from chassis.caller import Caller
from chassis.clock import FixedClock
from chassis.database import Sessions
from chassis.schemas import Command
from services.catalogue import api, importer, starter
from services.catalogue.importing.file import Export
from services.catalogue.queries import agencies, places, procedures, snapshots
from services.catalogue.usecases import publishing
from tests.support.databases import Databases, FreshDatabase
from tests.unit.catalogue.data import EXPORT

#: A Sunday morning in Hà Nội.
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)

_DOORS: dict[str, Callable[..., Any]] = {
    "find_procedures": procedures.find,
    "get_procedure": procedures.get,
    "list_versions": procedures.versions,
    "publish_version": publishing.publish_version,
    "withdraw_procedure": publishing.withdraw_procedure,
    "find_agencies": agencies.find,
    "get_agency": agencies.get,
    "find_places": places.find,
    "get_place": places.get,
    "procedure_snapshots": snapshots.procedures,
    "agency_snapshots": snapshots.agencies,
}


@dataclass
class Catalogue:
    """Calls the service's doors as the service does: validated, each in its own unit of work."""

    sessions: Sessions
    clock: FixedClock

    def ask(self, name: str, /, **payload: Any) -> Any:
        operation = next(each for each in api.OPERATIONS if each.rpc == name)
        command = Command(operation.takes.read(payload))
        with self.sessions.work() as work:
            return operation.gives.show(_DOORS[name](command, Caller(), work))

    def found(self, q: str, /, **how: Any) -> list[str]:
        return [item["code"] for item in self.ask("find_procedures", q=q, **how)["items"]]

    def all(self, name: str, /, **payload: Any) -> list[dict[str, Any]]:
        """Every item, page by page."""
        items: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.ask(name, **payload, **cursor)
            items += page["items"]
            if page["next"] is None:
                return items
            cursor = {"cursor": page["next"]}

    def events(self, subject: str) -> list[tuple[str, dict[str, Any]]]:
        """What was told of a procedure or agency: the last word of the type, and the data."""
        wanted = text("SELECT type, body FROM outbox WHERE subject = :subject ORDER BY sequence")
        with self.sessions.work(read_only=True) as work:
            rows = work.session.execute(wanted, {"subject": subject}).all()
        return [(row.type.split(".")[3], _data(row.body)) for row in rows]


def _data(body: str) -> dict[str, Any]:
    data: dict[str, Any] = orjson.loads(body)["data"]
    return data


def _seeded(database: FreshDatabase) -> Catalogue:
    clock = FixedClock(NOW)
    catalogue = Catalogue(database.sessions(clock), clock)
    starter.load(catalogue.sessions, sandbox=True)
    return catalogue


@pytest.fixture
def catalogue(make_database: Callable[[str], FreshDatabase]) -> Catalogue:
    return _seeded(make_database("catalogue"))


@pytest.fixture(scope="session")
def imported(databases: Databases) -> Iterator[Catalogue]:
    """The whole export in a seeded catalogue; tests only read it."""
    if not EXPORT.exists():
        pytest.skip(f"{EXPORT} is not here")
    database = databases.fresh("catalogue")
    catalogue = _seeded(database)
    for _ in importer.run(Export(EXPORT).lines(), catalogue.sessions):
        pass
    yield catalogue
    databases.drop(database)


@pytest.fixture
def body() -> dict[str, Any]:
    """A version as a publisher sends it."""
    return {
        "code": "1.999999",
        "validFrom": "2026-12-01",
        "decisionNumber": "1/QĐ-BTP",
        "name": "Cấp thẻ thử nghiệm",
        "field": "Hộ tịch",
        "agency": "G15",
        "level": "full",
        "channels": [{"channel": "online", "timeLimit": 3, "timeUnit": "working-day"}],
        "papers": [{"code": "request", "name": "Tờ khai"}],
        "fees": [{"code": "card", "name": "Lệ phí thẻ", "kind": "fee", "amount": 30_000}],
        "results": [{"code": "KQ.G15.999999", "name": "Thẻ"}],
    }
