"""Submission: a draft becomes a dossier."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy.exc import IntegrityError

from chassis import acting
from chassis.caller import Caller
from chassis.errors import FieldError
from chassis.ids import new_id
from chassis.schemas import Command
from chassis.work import Work
from services.dossier import events, facts, fees, metrics, papers, timeline, views, workflow
from services.dossier.codes import new_reference
from services.dossier.copies import InForce
from services.dossier.errors import AssuranceTooLow, ConsentUsed, refuse
from services.dossier.fees import Tariff
from services.dossier.procedures import assured
from services.dossier.states import State
from services.dossier.tables import Charge, Dossier, Draft, Paper
from services.dossier.usecases import drafts, files, moving


def submit_dossier(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """One commit: the dossier, its papers and charges, its timeline and its events; the draft is gone."""
    draft = drafts.owned(command.draft, command, caller, work)
    procedure = drafts.require_possible(draft, work)
    needed = procedure.rules.assurance
    if not assured(caller.acr, needed):
        raise AssuranceTooLow(needed=needed)
    tariff = procedure.rules.tariff(work.clock.today(), draft.channel)
    _require_complete(draft, procedure, tariff, caller, work)

    dossier = _dossier(draft, procedure, caller, work)
    charges = [_charge(dossier, charge) for charge in tariff.charges(draft.answers)]
    _add(dossier, work)
    work.add(*_papers(dossier, draft), *charges)
    work.session.delete(draft)
    timeline.record(work, dossier, "submit", timeline.actor(caller, "submit"), reference=dossier.reference)
    _announce(work, dossier, procedure, charges)
    owed = {charge.collect: charge.amount for charge in charges}
    return moving.answer(work, dossier) | views.charges(charges, owed, work.language)


def check_delivery(delivery: Mapping[str, Any]) -> list[FieldError]:
    """The post must know to whom and where."""
    if delivery["method"] != "post":
        return []
    return [
        FieldError(
            f"/delivery/{field}",
            "required",
            "Cần có để trả kết quả qua bưu chính.",
            "This is needed to return the result by post.",
        )
        for field in ("name", "phone", "address")
        if not delivery[field]
    ]


def _require_complete(draft: Draft, procedure: InForce, tariff: Tariff, caller: Caller, work: Work) -> None:
    listed = procedure.rules.papers
    mine = files.owned(work, [paper["file"] for paper in draft.papers], caller.subject)
    refuse(
        papers.check_known(listed, draft.papers),
        papers.check_files(draft.papers, mine),
        papers.check_complete(papers.required(listed), draft.papers),
        tariff.check_answers(draft.answers),
        check_delivery(draft.delivery),
    )


def _dossier(draft: Draft, procedure: InForce, caller: Caller, work: Work) -> Dossier:
    now = work.clock.now()
    metrics.MOVES.labels("submit", State.NEW.code).inc()
    return Dossier(
        id=new_id(),
        reference=new_reference(),
        procedure=draft.procedure,
        procedure_version=procedure.id,
        agency=draft.agency,
        owner=caller.subject,
        owner_kind=caller.kind,
        owner_name=caller.name,
        owner_identity=caller.identity_number,
        channel=draft.channel,
        answers=draft.answers,
        delivery=draft.delivery,
        state=State.NEW,
        waiting_on=workflow.waiting_on(State.NEW, None),
        submitted_at=now,
        act_by=moving.reception_due(now),
        **acting.record(caller),
    )


def _add(dossier: Dossier, work: Work) -> None:
    """A helper files once for each consent, however many try at once."""
    work.add(dossier)
    try:
        work.session.flush()
    except IntegrityError as error:
        if dossier.acts_as != "helper":
            raise
        raise ConsentUsed from error


def _papers(dossier: Dossier, draft: Draft) -> list[Paper]:
    return [
        Paper(dossier=dossier.id, code=paper["code"], file=paper["file"], handed_in_at=dossier.submitted_at)
        for paper in draft.papers
    ]


def _charge(dossier: Dossier, charge: fees.Charge) -> Charge:
    return Charge(dossier=dossier.id, amount=charge.amount, **asdict(charge))


def _announce(work: Work, dossier: Dossier, procedure: InForce, charges: list[Charge]) -> None:
    moving.emit(work, events.DossierSubmitted, dossier, **facts.submission(dossier, procedure.rules.name))
    if charges:
        moving.emit(work, events.DossierCharged, dossier, **facts.charging(charges))
