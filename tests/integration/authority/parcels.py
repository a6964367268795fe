"""Consignments that no carrier is asked about."""

from chassis.caller import Caller
from chassis.clock import SystemClock
from chassis.ids import new_id
from chassis.work import Work
from services.postal import tables
from tests.integration.authority.cast import Many, One, Thing


def set_up(work: Work) -> None:
    """Nothing but the agencies."""


def _consignment(work: Work, owner: str, agency: str, caller: Caller) -> Thing:
    now, id = SystemClock().now(), new_id()
    row = tables.Consignment(
        id=id,
        dossier=new_id(),
        reference=f"HS-{id[-12:].upper()}",
        order_number=id,
        agency=agency,
        owner=owner,
        recipient_name="Nguyễn Thị Hoa",
        recipient_phone="0912345678",
        recipient_address="12 Hàng Bông, Hà Nội",
        description="",
        state="delivered",
        since=now,
        registered_at=now,
        ended_at=now,
    )
    work.add(row)
    return Thing(owner, agency, {"id": id}, id)


CASES: dict[str, One | Many] = {
    "find_consignments": Many(_consignment, lambda answer: {item["id"] for item in answer["items"]}),
    "get_consignment": One(_consignment),
}
