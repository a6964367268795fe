"""Dossiers on their way: each step a line."""

from typing import Any

from chassis.caller import Caller
from chassis.ids import new_id
from services.dossier import api, events, tables
from tests.integration.dossier.world import AGENCY, DESK, FREE, HOA, LEADER, SPECIALIST, World, upload

ADDRESS = {"name": "Nguyễn Thị Hoa", "phone": "0912345678", "address": "12 Hàng Bông, Hà Nội"}


class Story:
    def __init__(self, world: World) -> None:
        self.world = world

    def file(self, owner: Caller = HOA, name: str = "to-khai.pdf") -> str:
        return str(self.world.call(api.REGISTER_FILE, owner, **upload(name))["id"])

    def draft(self, owner: Caller = HOA, procedure: str = FREE, agency: str = AGENCY, **more: Any) -> Any:
        return self.world.call(api.CREATE_DRAFT, owner, procedure=procedure, agency=agency, **more)

    def submitted(self, owner: Caller = HOA, procedure: str = FREE, **more: Any) -> str:
        draft = self.draft(owner, procedure, **more)
        return str(self.world.call(api.SUBMIT_DOSSIER, owner, draft=draft["id"])["reference"])

    def received(self, **more: Any) -> str:
        reference = self.submitted(**more)
        self.pay(reference)
        self.world.call(api.RECEIVE_DOSSIER, DESK, reference=reference)
        return reference

    def prepared(self, **more: Any) -> str:
        reference = self.received(**more)
        self.world.call(api.COMPLETE_STEP, SPECIALIST, reference=reference)
        return reference

    def done(self, file: bool = False, **more: Any) -> str:
        reference = self.prepared(**more)
        result = {"file": self.file(LEADER, "ket-qua.pdf")} if file else {"number": "12/2026"}
        self.world.call(api.DECIDE_DOSSIER, LEADER, reference=reference, outcome="approve", results=[result])
        return reference

    def pay(self, reference: str, collect: str = "before-reception") -> None:
        """The payment service says that everything of this kind is settled."""
        row = self.row(reference)
        charges = self.world.rows(tables.Charge, dossier=row.id, collect=collect)
        if charges:
            self.world.hear(
                events.ObligationSettled,
                obligation=new_id(),
                dossier=row.id,
                amount=sum(charge.amount for charge in charges),
                collect=collect,
                receipt="0000001",
                paidAt=self.world.clock.now().isoformat(),
            )

    def row(self, reference: str) -> Any:
        (found,) = self.world.rows(tables.Dossier, reference=reference)
        return found

    def state(self, reference: str) -> str:
        return str(self.world.call(api.GET_DOSSIER, DESK, reference=reference)["state"]["code"])

    def told(self, reference: str) -> list[str]:
        """What the timeline shows, by action."""
        items = self.world.call(api.GET_TIMELINE, DESK, reference=reference)["items"]
        return [item["what"] for item in items]
