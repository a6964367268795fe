"""Drafts and dossiers in the state and at the step an operation asks for."""

from datetime import date, datetime, timedelta
from typing import Any

from chassis.caller import Caller
from chassis.clock import SystemClock
from chassis.ids import new_id
from chassis.work import Work
from services.dossier import tables
from services.dossier.codes import new_reference
from services.dossier.states import State
from tests.integration.authority.cast import Many, One, Thing

PROCEDURE, VERSION = "1.000001", new_id()
STEPS = [
    {"code": "prepare", "name": "Thẩm định", "role": "specialist"},
    {"code": "review", "name": "Xem lại", "role": "leader"},
    {"code": "sign", "name": "Ký duyệt", "role": "leader"},
]
REASON = {"reason": "Vì vậy."}


def set_up(work: Work) -> None:
    content = {
        "name": "Thủ tục",
        "channels": [{"channel": "online", "time_limit": 5, "time_unit": "working-day"}],
        "papers": [{"code": "TK", "name": "Tờ khai", "required": False}],
        "steps": STEPS,
    }
    work.add(
        tables.ProcedureVersion(
            id=VERSION,
            code=PROCEDURE,
            version_no=1,
            name="Thủ tục",
            name_en="",
            valid_from=date(2020, 1, 1),
            content=content,
            sequence=1,
        )
    )


def _now() -> datetime:
    return SystemClock().now()


def _file(work: Work, owner: str, agency: str = "") -> str:
    file, name = new_id(), new_id().replace("-", "")
    row = {"media_type": "application/pdf", "size": 1, "sha256": "0" * 64, "scan_state": "not-scanned"}
    place = f"dossier/2026/11/22/{name}"
    more = {"name": "a.pdf", "object": place, "uploaded_at": _now()}
    work.add(tables.File(id=file, owner=owner, agency=agency, **row, **more))
    work.session.flush()
    return file


def _draft(field: str, **more: Any) -> One:
    def make(work: Work, owner: str, agency: str, caller: Caller) -> Thing:
        draft = tables.Draft(id=new_id(), owner=owner, procedure=PROCEDURE, agency=agency, channel="online")
        draft.answers, draft.papers, draft.delivery = {}, [], {"method": "counter"}
        draft.created_at = draft.updated_at = _now()
        work.add(draft)
        return Thing(owner, agency, {field: draft.id} | more, draft.id)

    return One(make)


def _row(work: Work, owner: str, agency: str, state: State, step: dict[str, Any] | None) -> tables.Dossier:
    begun = state is not State.NEW
    row = tables.Dossier(
        id=new_id(),
        reference=new_reference(),
        code=f"{agency}-261123-{new_id()[-12:]}" if begun else None,
        procedure=PROCEDURE,
        procedure_version=VERSION,
        agency=agency,
        owner=owner,
        owner_kind="citizen",
        owner_name="Nguyễn Thị Hoa",
        owner_identity="001190000011",
        channel="online",
        answers={},
        delivery={"method": "counter"},
        state=state,
        step=step,
        submitted_at=_now(),
        received_at=_now() if begun else None,
        act_by=_now() + timedelta(days=1),
    )
    work.add(row)
    work.session.flush()
    return row


def _dossier(state: State = State.NEW, step: str = "", **more: Any) -> One:
    """A dossier in this state; in process at this step, or at one that is the asking role's."""

    def make(work: Work, owner: str, agency: str, caller: Caller) -> Thing:
        wanted = step or ("review" if "leader" in caller.roles else "prepare")
        working = state in (State.RECEIVED, State.PROCESSING)
        found = next({"name_en": ""} | one for one in STEPS if one["code"] == wanted) if working else None
        row = _row(work, owner, agency, state, found)
        stands = wanted if found else ("return" if state is State.DONE else "reception")
        return Thing(owner, agency, {"reference": row.reference} | more, row.reference, stands)

    return One(make)


def _asked(work: Work, owner: str, agency: str, caller: Caller) -> Thing:
    """Waiting for the owner's papers."""
    row = _row(work, owner, agency, State.SUPPLEMENT, None)
    row.received_at = None
    asked = {"papers": [{"code": "TK", "note": None}], "reason": "?", "requested_at": _now()}
    work.add(tables.Supplement(dossier=row.id, from_state=State.NEW, **asked))
    papers = [{"code": "TK", "file": _file(work, owner)}]
    return Thing(owner, agency, {"reference": row.reference, "papers": papers}, row.reference, "reception")


def _owing(work: Work, owner: str, agency: str, caller: Caller) -> Thing:
    """Something is collected with the result."""
    thing = _dossier(State.PROCESSING, "prepare").make(work, owner, agency, caller)
    row = work.session.query(tables.Dossier).filter_by(reference=thing.ident).one()
    fee = {"code": "LP", "name": "Lệ phí", "name_en": "", "kind": "fee", "collect": "on-result"}
    work.add(tables.Charge(dossier=row.id, unit_amount=1, quantity=1, amount=1, **fee))
    return thing


def _with_file(work: Work, owner: str, agency: str, caller: Caller) -> Thing:
    row = _row(work, owner, agency, State.NEW, None)
    file = _file(work, owner)
    work.add(tables.Paper(dossier=row.id, code="TK", file=file, handed_in_at=_now()))
    return Thing(owner, agency, {"reference": row.reference, "file": file}, row.reference, "reception")


def _decided(work: Work, owner: str, agency: str, caller: Caller) -> Thing:
    """To be approved with a file that an official of the caller's agency has uploaded."""
    thing = _dossier(State.PROCESSING, "sign").make(work, owner, agency, caller)
    result = {"name": "Kết quả", "file": _file(work, new_id(), caller.agency)}
    return Thing(owner, agency, thing.payload | {"outcome": "approve", "results": [result]}, "", "sign")


def _references(answer: dict[str, Any]) -> set[str]:
    return {item["reference"] for item in answer["items"]}


CASES: dict[str, One | Many] = {
    "locate_file": One(_with_file),
    "list_drafts": Many(_draft("id").make, lambda answer: {item["id"] for item in answer["items"]}),
    "get_draft": _draft("id"),
    "change_draft": _draft("id", answers={"a": 1}),
    "discard_draft": _draft("id"),
    "submit_dossier": _draft("draft"),
    "list_dossiers": Many(_dossier().make, _references),
    "get_dossier": _dossier(),
    "get_timeline": _dossier(),
    "list_desk_dossiers": Many(_dossier().make, _references, {"state": "new"}),
    "receive_dossier": _dossier(),
    "refuse_dossier": _dossier(**REASON),
    "request_supplement": _dossier(State.RECEIVED, "prepare", papers=[{"code": "TK"}], **REASON),
    "answer_supplement": One(_asked),
    "withdraw_dossier": _dossier(),
    "complete_step": _dossier(State.RECEIVED),
    "decide_dossier": One(_decided),
    "request_payment": One(_owing),
    "suspend_dossier": _dossier(State.PROCESSING, "prepare", **REASON),
    "resume_dossier": _dossier(State.SUSPENDED),
    "return_result": _dossier(State.DONE),
}
