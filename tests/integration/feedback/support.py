"""The service's operations without the broker: the same schemas, use cases and units of work."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from chassis.api import Operation
from chassis.caller import Caller
from chassis.database import Sessions
from chassis.events import Consumed, Event, Meta
from chassis.grants import admit
from chassis.ids import new_id
from chassis.schemas import Command
from chassis.texts import Language
from chassis.work import Work
from services.feedback import copies, events

AGENCY = "000.00.06.H26"
OTHER_AGENCY = "000.00.07.H29"
START = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
ANSWERS = [{"indicator": number, "points": 2} for number in (1, 3, 4, 7)]

UseCase = Callable[[Command, Caller, Work], dict[str, Any]]


class Feedback:
    def __init__(self, database: Sessions) -> None:
        self.database = database

    def do(
        self, operation: Operation, use: UseCase, caller: Caller, language: Language = "vi", **body: Any
    ) -> dict[str, Any]:
        """Carry out one operation as the service would: read, check who may, do, show."""
        caller = admit(operation.allow, caller)
        command = Command(operation.takes.read(body))
        with self.database.work(language) as work:
            caller.granted.begin(work, command.get("purpose"))
            shown: dict[str, Any] = operation.gives.show(use(command, caller, work))
            caller.granted.end()
        return shown

    def tell(
        self, reader: type[Consumed], apply: Callable[[Event, Work], None], sequence: int, **data: Any
    ) -> None:
        meta = Meta(new_id(), reader.type, new_id(), sequence, self.database.clock.now())
        with self.database.work() as work:
            apply(Event(meta, reader.read(data)), work)

    def tell_agency(self, code: str, name: str, name_en: str, sequence: int = 1) -> None:
        self.tell(events.AgencyPublished, copies.keep_agency, sequence, code=code, name=name, nameEn=name_en)

    def submitted(self, owner: Caller, sequence: int = 1, **values: Any) -> str:
        """A dossier of this owner; its reference."""
        data = self._dossier(owner) | values
        self.tell(events.DossierSubmitted, copies.keep_submitted, sequence, **data)
        return str(data["reference"])

    def finished(self, owner: Caller, sequence: int = 9, **values: Any) -> str:
        finish = {"outcome": "returned", "finishedAt": START.isoformat(), "onTime": "early", "code": None}
        data = self._dossier(owner) | finish | values
        self.tell(events.DossierFinished, copies.keep_finished, sequence, **data)
        return str(data["reference"])

    def _dossier(self, owner: Caller) -> dict[str, Any]:
        dossier = new_id()
        return {
            "dossier": dossier,
            "reference": "HS-" + dossier[-12:].upper(),
            "procedure": "2.000635",
            "agency": AGENCY,
            "owner": owner.subject,
        }

    def told(self) -> list[str]:
        """The bodies of the events that left, oldest first."""
        with self.database.work(read_only=True) as work:
            return list(work.session.scalars(text("SELECT body FROM outbox ORDER BY position")))
