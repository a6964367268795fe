"""What is done with a petition: filed, handed on, answered, rejected."""

import secrets
from typing import Any

from sqlalchemy import select

from chassis import acting
from chassis.caller import Caller
from chassis.errors import Forbidden, NotFound, ValidationFailed
from chassis.events import Published
from chassis.schemas import Command
from chassis.work import Work
from services.feedback import events, metrics, petitions, tables, views
from services.feedback.errors import IllegalPetitionMove

#: No vowels and nothing easily misread.
_READABLE = "23456789BCDFGHJKMNPQRSTVWXZ"


def file_petition(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Register a petition; its author is kept apart from it."""
    acting.require(caller, "submit")
    _require_agency(command.agency, work)
    petition = tables.Petition(
        reference="PA-" + "".join(secrets.choice(_READABLE) for _ in range(10)),
        subject=command.subject,
        title=command.title,
        content=command.content,
        agency=command.agency,
        state=petitions.REGISTERED,
        publish_identity=command.publish_identity,
        registered_at=work.clock.now(),
        transfer_due=petitions.transfer_due(work.clock.today()),
    )
    work.add(petition)
    work.session.flush()
    petitioner = tables.Petitioner(
        petition=petition.id,
        owner=caller.subject,
        name=command.name,
        address=command.address,
        phone=command.phone,
        email=command.email,
        **acting.record(caller),
    )
    work.add(petitioner)
    _tell(events.PetitionFiled, petition, work, registered_at=petition.registered_at)
    return views.petition(petition, caller, work)


def transfer_petition(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """The receiving body hands it to the agency concerned, which it may name anew."""
    petition = _locked(command.reference, caller, work)
    agency = command.agency or petition.agency
    _require_agency(agency, work)
    _move(petition, petitions.TRANSFER)
    petition.agency, petition.transferred_at = agency, work.clock.now()
    _tell(events.PetitionTransferred, petition, work, transferred_at=petition.transferred_at)
    return views.petition(petition, caller, work)


def answer_petition(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """An official of the agency concerned answers."""
    petition = _locked(command.reference, caller, work)
    caller.authorise(agency=petition.agency)
    _move(petition, petitions.ANSWER)
    petition.answer, petition.answered_by = command.answer, caller.name
    petition.published, petition.ended_at = command.publish, work.clock.now()
    _tell(
        events.PetitionAnswered, petition, work, answered_at=petition.ended_at, published=petition.published
    )
    return views.petition(petition, caller, work)


def reject_petition(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """The receiving body does not take it up, and says why."""
    petition = _locked(command.reference, caller, work)
    _move(petition, petitions.REJECT)
    petition.ground, petition.reason = command.ground, command.reason
    petition.ended_at = work.clock.now()
    _tell(events.PetitionRejected, petition, work, rejected_at=petition.ended_at, ground=petition.ground)
    return views.petition(petition, caller, work)


def _require_agency(code: str, work: Work) -> None:
    if work.get(tables.Agency, code) is None:
        raise ValidationFailed.on(
            "/agency",
            "unknown-agency",
            vi="Không có cơ quan mang mã này.",
            en="There is no agency with this code.",
        )


def _locked(reference: str, caller: Caller, work: Work) -> tables.Petition:
    """The petition, when it exists for this official; another agency's is forbidden."""
    found = work.session.scalar(
        select(tables.Petition).where(tables.Petition.reference == reference).with_for_update()
    )
    if found is None:
        raise NotFound
    reader = views.reader(found, caller, work)
    if not petitions.may_read(reader, found.state, found.subject, published=False):
        raise NotFound if reader.agency_concerned else Forbidden
    return found


def _move(petition: tables.Petition, move: str) -> None:
    legal = petitions.moves(petition.state, petition.subject)
    if move not in legal:
        raise IllegalPetitionMove(state=petition.state, legal=sorted(legal))
    petition.state = legal[move]


def _tell(event: type[Published], petition: tables.Petition, work: Work, **more: Any) -> None:
    metrics.PETITIONS.labels(petition.subject, petition.state).inc()
    data = {
        "petition": petition.id,
        "reference": petition.reference,
        "subject": petition.subject,
        "agency": petition.agency,
        "transfer_due": petition.transfer_due,
    }
    work.emit(event, subject=petition.id, data=data | more)
