"""How ratings and petitions are shown, and to whom what of them."""

from typing import Any

from chassis import acting
from chassis.caller import Caller
from chassis.work import Work
from services.feedback import indicators, petitions, tables
from services.feedback.petitions import Reader


def rating(row: tables.Rating, work: Work) -> dict[str, Any]:
    return {
        "id": row.id,
        "dossier": row.dossier,
        "reference": row.reference,
        "agency": row.agency,
        "procedure": row.procedure,
        "scores": [
            {
                "indicator": number,
                "name": indicators.NAMES[number].render(work.language),
                "points": row.points.get(str(number)),
                "given_by": "citizen" if number in indicators.ASKED else "system",
            }
            for number in indicators.PER_DOSSIER
        ],
        "comment": row.comment,
        "rated_by": acting.view(row),
        "rated_at": row.rated_at,
    }


def agency(code: str, work: Work) -> dict[str, Any]:
    known = work.get(tables.Agency, code)
    if known is None:
        return {"code": code, "name": code}
    return {"code": code, "name": (work.language == "en" and known.name_en) or known.name}


def reader(row: tables.Petition, caller: Caller, work: Work) -> Reader:
    """What the caller is to a petition: an official never its owner, an inspector what the receiving body is."""
    if caller.kind == "official":
        return Reader(
            receiving_body=caller.has_role("receiver", "inspector"),
            agency_concerned=caller.covers(row.agency),
        )
    petitioner = work.get(tables.Petitioner, row.id) if caller.signed_in else None
    own = petitioner is not None and petitioner.owner == caller.subject
    return Reader(owner=own and acting.may(caller, "read"))


def petition(row: tables.Petition, caller: Caller, work: Work) -> dict[str, Any]:
    """A petition as this caller may see it."""
    return {
        "id": row.id,
        "reference": row.reference,
        "subject": {"code": row.subject, "name": petitions.SUBJECTS[row.subject].render(work.language)},
        "title": row.title,
        "content": row.content,
        "agency": agency(row.agency, work),
        "state": {"code": row.state, "name": petitions.STATES[row.state].render(work.language)},
        "petitioner": _petitioner(row, caller, work),
        "publish_identity": row.publish_identity,
        "registered_at": row.registered_at,
        "transfer_due": row.transfer_due,
        "transferred_at": row.transferred_at,
        "ended_at": row.ended_at,
        "answer": _answer(row),
        "rejection": _rejection(row, work),
    }


def _petitioner(row: tables.Petition, caller: Caller, work: Work) -> dict[str, Any] | None:
    opened = row.published and row.publish_identity
    asking = reader(row, caller, work)
    if not petitions.sees_name(asking, row.subject, opened=opened):
        return None
    found = work.get(tables.Petitioner, row.id)
    if found is None:
        return None
    shown: dict[str, Any] = {"name": found.name}
    if petitions.sees_identity(asking, row.subject):
        caller.sees(found.owner, row.reference)
        shown |= {"address": found.address, "phone": found.phone, "email": found.email}
        shown |= {"filed_by": acting.view(found)}
    return shown


def _answer(row: tables.Petition) -> dict[str, Any] | None:
    if row.answer is None:
        return None
    return {"text": row.answer, "answered_by": row.answered_by, "published": row.published}


def _rejection(row: tables.Petition, work: Work) -> dict[str, Any] | None:
    if row.ground is None:
        return None
    ground = {"code": row.ground, "name": petitions.GROUNDS[row.ground].render(work.language)}
    return {"ground": ground, "reason": row.reason}
