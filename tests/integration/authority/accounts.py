"""What concerns one's own account."""

from chassis.caller import Caller
from chassis.clock import SystemClock
from chassis.ids import new_id
from chassis.work import Work
from services.identity import tables
from tests.integration.authority.cast import Many, One, Thing


def set_up(work: Work) -> None:
    """Nothing."""


def _read(work: Work, owner: str, agency: str, caller: Caller) -> Thing:
    id = new_id()
    told = {"roles": ["desk"], "purpose": "processing", "service": "dossier", "reference": id}
    work.add(
        tables.DataAccess(id=id, owner=owner, reader=new_id(), agency=agency, at=SystemClock().now(), **told)
    )
    return Thing(owner, agency, {}, id)


CASES: dict[str, One | Many] = {
    "list_data_access": Many(_read, lambda answer: {item["reference"] for item in answer["items"]}),
}
