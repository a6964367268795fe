"""The dossier service on a real database: callers, a movable clock, and a published procedure to work with."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from chassis import wire
from chassis.api import Operation
from chassis.caller import Caller
from chassis.clock import VIETNAM, FixedClock
from chassis.context import RequestContext
from chassis.database import Sessions
from chassis.events import Consumed, Meta
from chassis.ids import new_id
from chassis.work import Work
from services.dossier import events, tables
from services.dossier.service import DossierService

AGENCY, OTHER_AGENCY = "000.00.06.H26", "000.00.07.H29"
LICENCE, EXTRACT, FREE = "3.000347", "2.000635", "1.001193"
START = "2026-11-23 09:00"  # a Monday; the Tuesday after it is a holiday


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def official(name: str, *roles: str, agency: str = AGENCY) -> Caller:
    return Caller(new_id(), "official", name, agency=agency, roles=frozenset(roles), acr="high")


HOA = Caller(new_id(), "citizen", "Nguyễn Thị Hoa", "001190000011", acr="substantial")
NAM = Caller(new_id(), "citizen", "Trần Văn Nam", "079085000022", acr="low")
DESK = official("Lê Thị Quầy", "desk")
SPECIALIST = official("Vũ Minh", "specialist")
LEADER = official("Đỗ Lan", "leader")
OTHER_DESK = official("Hồ Khác", "desk", "specialist", "leader", agency=OTHER_AGENCY)

FORM = {"code": "TK", "name": "Tờ khai", "nameEn": "Application form", "required": True}
HEALTH = {"code": "SK", "name": "Giấy khám sức khỏe", "nameEn": "Health certificate", "required": False}


def procedure(code: str, **changes: Any) -> dict[str, Any]:
    """A procedure version as the catalogue publishes it."""
    return {
        "code": code,
        "versionNo": 1,
        "name": f"Thủ tục {code}",
        "nameEn": f"Procedure {code}",
        "validFrom": "2025-07-01",
        "validTo": None,
        "acr": "low",
        "receiving": [],
        "channels": [{"channel": "online", "timeLimit": 5, "timeUnit": "working-day"}],
        "papers": [],
        "fees": [],
        "results": [{"code": "KQ.1", "name": "Kết quả"}],
        "steps": [],
    } | changes


def fee(code: str, amount: int, **changes: Any) -> dict[str, Any]:
    head = {"code": code, "name": "Lệ phí", "nameEn": "Fee", "kind": "fee", "amount": amount}
    return head | {"channel": "any", "collect": "before-reception"} | changes


class Refused(Exception):
    """What a caller gets instead of an answer."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem)
        self.code: str = problem["code"]
        self.status: int = problem["status"]
        self.extra: dict[str, Any] = problem["extra"]
        self.detail: str = problem["detail"]
        self.pointers = [error["pointer"] for error in problem.get("errors", [])]
        self.faults = [error["code"] for error in problem.get("errors", [])]


@dataclass
class World:
    """Calls the service's doors as the bus does, but for the sign-in."""

    sessions: Sessions
    clock: FixedClock
    _sequence: int = field(default=0)

    def call(
        self,
        operation: Operation,
        caller: Caller,
        *,
        key: str | None = None,
        if_match: tuple[int, ...] | None = None,
        language: str = "vi",
        **payload: Any,
    ) -> Any:
        """The answer of an operation; raises Refused with the problem the caller is shown."""
        doorkeeper = SimpleNamespace(caller=lambda _token, _language: caller, secret="test")
        service = SimpleNamespace(name="dossier", database=self.sessions, doorkeeper=doorkeeper)
        context = RequestContext(
            command_id=key, if_match=if_match, language="en" if language == "en" else "vi"
        )
        body = wire.decode(getattr(DossierService, operation.rpc)(service, payload, context))
        if body["error"]:
            raise Refused(body["error"]["exc_args"][0])
        return body["result"]

    def hear(
        self, reader: type[Consumed], subject: str = "-", sequence: int | None = None, **data: Any
    ) -> None:
        """Apply another service's event."""
        self._sequence += 1
        meta = Meta(new_id(), reader.type, subject, sequence or self._sequence, self.clock.now())
        handler = next(
            door
            for name, door in vars(DossierService).items()
            if name == reader.type.split(".")[3].replace("-", "_")
        )
        body = {
            "id": meta.id,
            "type": meta.type,
            "subject": subject,
            "sequence": meta.sequence,
            "time": meta.time.isoformat(),
            "data": data,
        }
        disposition = handler(SimpleNamespace(database=self.sessions), body)
        assert disposition.what == "applied", disposition

    def publish(self, data: dict[str, Any], sequence: int | None = None) -> None:
        self.hear(events.ProcedurePublished, data["code"], sequence, **data)

    def publish_agency(self, code: str, **changes: Any) -> None:
        data = {
            "code": code,
            "name": f"UBND {code}",
            "nameEn": "",
            "validFrom": "2025-07-01",
            "validTo": None,
        }
        self.hear(events.AgencyPublished, code, **(data | changes))

    def at(self, text: str) -> None:
        """Move the clock to a moment in Việt Nam."""
        self.clock.move(moment(text) - self.clock.now())

    def later(self, **delta: float) -> None:
        self.clock.move(timedelta(**delta))

    def rows(self, table: Any, **where: Any) -> list[Any]:
        """What is stored, cut loose from its session."""
        with self.sessions.work() as work:
            return list(work.session.scalars(select(table).filter_by(**where)))

    def emitted(self, name: str = "") -> list[dict[str, Any]]:
        """The outbox in order, all of it or one event type's."""
        outbox = tables.Base.metadata.tables["outbox"]
        with self.sessions.work() as work:
            bodies = work.session.scalars(select(outbox.c.body).order_by(outbox.c.position)).all()
            found = [wire.decode(body.encode()) for body in bodies]
        return [event for event in found if name in event["type"]]

    def with_work(self, effect: Callable[[Work], Any]) -> Any:
        with self.sessions.work() as work:
            return effect(work)


def upload(name: str) -> dict[str, Any]:
    digest = hashlib.sha256(name.encode()).hexdigest()
    return {
        "object": f"dossier/2026/11/22/{new_id().replace('-', '')}",
        "name": name,
        "mediaType": "application/pdf",
        "size": 12,
        "sha256": digest,
    }
