"""Obligations, payments and receipts."""

from datetime import timedelta
from typing import Any

from chassis.caller import Caller
from chassis.clock import SystemClock
from chassis.ids import new_id
from chassis.work import Work
from services.payment import tables
from tests.integration.authority.cast import Many, One, Thing


def set_up(work: Work) -> None:
    """Nothing but the agencies."""


def _dossier(work: Work) -> dict[str, Any]:
    row = tables.Dossier(id=new_id())
    work.add(row)
    work.session.flush()
    return {"dossier": row.id, "reference": f"HS-{new_id()[-12:].upper()}"}


def _obligation(work: Work, owner: str, agency: str, caller: Caller) -> Thing:
    row = tables.Obligation(
        id=new_id(),
        charged_by=new_id(),
        line=0,
        **_dossier(work),
        procedure="1.000001",
        agency=agency,
        owner=owner,
        code="LP",
        name="Lệ phí",
        name_en="",
        kind="fee",
        amount=10_000,
        quantity=1,
        unit_amount=10_000,
        collect="before-reception",
        state="due",
        created_at=SystemClock().now(),
    )
    work.add(row)
    return Thing(owner, agency, {"id": row.id}, row.id)


def _paid(work: Work, owner: str, agency: str) -> tuple[str, dict[str, Any]]:
    id, now, about = new_id(), SystemClock().now(), _dossier(work)
    row = tables.Payment(
        id=id,
        gateway="vnpay",
        payer="Nguyễn Thị Hoa",
        reference=id.replace("-", ""),
        dossier=about["dossier"],
        agency=agency,
        owner=owner,
        amount=10_000,
        info="",
        language="vi",
        state="settled",
        created_at=now,
        expires_at=now + timedelta(minutes=15),
        queries=0,
        refund_due=0,
    )
    work.add(row)
    work.session.flush()
    return id, about


def _payment(work: Work, owner: str, agency: str, caller: Caller) -> Thing:
    id, _ = _paid(work, owner, agency)
    return Thing(owner, agency, {"id": id}, id)


def _receipt(work: Work, owner: str, agency: str, caller: Caller) -> Thing:
    payment, about = _paid(work, owner, agency)
    serial = int(new_id().replace("-", "")[-7:], 16)
    row = tables.Receipt(
        number=f"{agency}-2026-{serial}",
        agency=agency,
        year=2026,
        serial=serial,
        kind="fee",
        collector="UBND",
        collector_en="",
        payer="Nguyễn Thị Hoa",
        owner=owner,
        **about,
        procedure="1.000001",
        payment=payment,
        amount=10_000,
        lines=[],
        issued_at=SystemClock().now(),
    )
    work.add(row)
    return Thing(owner, agency, {"number": row.number}, row.number)


CASES: dict[str, One | Many] = {
    "find_obligations": Many(_obligation, lambda answer: {item["id"] for item in answer["items"]}),
    "get_obligation": One(_obligation),
    "start_payment": One(_obligation),
    "get_payment": One(_payment),
    "get_receipt": One(_receipt),
}
