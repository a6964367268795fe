"""Finished dossiers, ratings and petitions."""

from typing import Any

from chassis.caller import Caller
from chassis.clock import SystemClock
from chassis.ids import new_id
from chassis.work import Work
from services.feedback import tables
from tests.integration.authority.cast import HERE, Many, One, Thing

SCORES = [{"indicator": number, "points": 2} for number in (1, 3, 4, 7)]


def set_up(work: Work) -> None:
    """Nothing but the agencies."""


def _dossier(work: Work, owner: str, agency: str) -> tables.Dossier:
    row = tables.Dossier(
        id=new_id(),
        reference=f"HS-{new_id()[-12:].upper()}",
        procedure="1.000001",
        agency=agency,
        owner=owner,
        outcome="returned",
        on_time="early",
        finished_at=SystemClock().now(),
        sequence=1,
    )
    work.add(row)
    work.session.flush()
    return row


def _finished(work: Work, owner: str, agency: str, caller: Caller) -> Thing:
    row = _dossier(work, owner, agency)
    return Thing(owner, agency, {"dossier": row.id, "scores": SCORES}, row.id)


def _rated(work: Work, owner: str, agency: str, caller: Caller) -> Thing:
    row = _dossier(work, owner, agency)
    rating = tables.Rating(
        id=new_id(),
        dossier=row.id,
        reference=row.reference,
        agency=agency,
        procedure=row.procedure,
        owner=owner,
        points={},
        comment="",
        rated_at=SystemClock().now(),
    )
    work.add(rating)
    return Thing(owner, agency, {}, rating.id)


def _petition(*, published: bool = False, **more: Any) -> One:
    def make(work: Work, owner: str, agency: str, caller: Caller) -> Thing:
        row = tables.Petition(
            id=new_id(),
            reference=f"PA-{new_id()[-10:].upper()}",
            subject="regulation",
            title="Tiêu đề",
            content="Nội dung phản ánh",
            agency=agency,
            state="answered" if published else "registered",
            publish_identity=False,
            published=published,
            registered_at=SystemClock().now(),
            transfer_due=SystemClock().today(),
        )
        work.add(row)
        work.session.flush()
        who = {"name": "Nguyễn Thị Hoa", "address": "12 Hàng Bông", "phone": "0912345678"}
        work.add(tables.Petitioner(petition=row.id, owner=owner, **who))
        payload = {"reference": row.reference} | more
        return Thing(owner, agency, payload, row.reference, is_open=published)

    return One(make)


def _references(answer: dict[str, Any]) -> set[str]:
    return {item["reference"] for item in answer["items"]}


CASES: dict[str, One | Many] = {
    "rate_dossier": One(_finished),
    "find_ratings": Many(_rated, lambda answer: {item["id"] for item in answer["items"]}),
    "my_petitions": Many(_petition().make, _references),
    "get_petition": _petition(),
    "get_petition, published": _petition(published=True),
    "desk_petitions": Many(_petition().make, _references),
    "transfer_petition": _petition(agency=HERE),
    "answer_petition": _petition(answer="Đã ghi nhận và sẽ sửa.", publish=False),
    "reject_petition": _petition(ground="unclear", reason="Nội dung không rõ ràng."),
}
