"""Returning the result: at the counter, as a file, or by post."""

from typing import Any

from sqlalchemy import func, select

from chassis.caller import Caller
from chassis.events import Event
from chassis.schemas import Command
from chassis.work import Work
from services.dossier import copies, events, fees, money, timeline
from services.dossier.errors import ResultAlreadyPosted, ResultFileMissing, refuse
from services.dossier.states import State
from services.dossier.tables import Dossier, Result
from services.dossier.timeline import Actor
from services.dossier.usecases import moving
from services.dossier.usecases.submission import check_delivery


def return_result(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """The desk returns the result, the way the owner asked for unless another is named."""
    dossier = moving.for_desk(command, caller, work)
    moving.require(work, dossier, "post", caller)
    money.require_settled(work, dossier, fees.BEFORE_RECEPTION, fees.ON_RESULT)
    if dossier.posted_at is not None:
        raise ResultAlreadyPosted
    method = command.method or dossier.delivery["method"]
    who = timeline.actor(caller, "post")
    if method == "post":
        _post(dossier, who, work)
    else:
        if method == "file":
            _require_file(dossier, work)
        dossier.received_by = command.received_by or dossier.owner_name
        _return(dossier, f"return-{method}", who, work)
    return moving.answer(work, dossier)


def consignment_handed_over(event: Event, work: Work) -> None:
    dossier = moving.for_event(event.dossier, work)
    timeline.record(work, dossier, "hand-over", timeline.POST, tracking=event.tracking)


def consignment_delivered(event: Event, work: Work) -> None:
    """The post brought the result: the dossier is returned. Who signed for it, the consignment tells."""
    dossier = moving.for_event(event.dossier, work)
    if dossier.state == State.DONE:
        _return(dossier, "return-post", timeline.POST, work)


def consignment_failed(event: Event, work: Work) -> None:
    """The post did not bring it: the desk may return it another way."""
    dossier = moving.for_event(event.dossier, work)
    if dossier.state == State.DONE and dossier.posted_at is not None:
        dossier.posted_at = None
        moving.place(work, dossier, State.DONE, "fail-delivery")
        timeline.record(work, dossier, "delivery-failed", timeline.POST)


def _post(dossier: Dossier, who: Actor, work: Work) -> None:
    delivery = dossier.delivery | {"method": "post"}
    refuse(check_delivery(delivery))
    procedure = copies.rules_of(work, dossier.procedure_version)
    dossier.posted_at = work.clock.now()
    moving.place(work, dossier, State.DONE, "post")
    timeline.record(work, dossier, "post", who)
    moving.emit(
        work,
        events.ResultPosted,
        dossier,
        description=f"{dossier.code} {procedure.name}"[:200],
    )


def _return(dossier: Dossier, what: str, who: Actor, work: Work) -> None:
    moving.place(work, dossier, State.RETURNED, "return")
    timeline.record(work, dossier, what, who, to=dossier.received_by)
    moving.announce_end(work, dossier, "returned")


def _require_file(dossier: Dossier, work: Work) -> None:
    with_file = select(func.count()).where(Result.dossier == dossier.id, Result.file.is_not(None))
    if not work.session.scalar(with_file):
        raise ResultFileMissing
