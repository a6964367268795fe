"""Giving somebody a mandate, taking it on, ending it."""

from datetime import date
from typing import Any

from chassis.caller import ALL_PROCEDURES, Caller
from chassis.errors import FieldError, ValidationFailed
from chassis.schemas import Command
from chassis.work import Work
from services.identity import accounts, mandate_endings, mandate_views, mandates
from services.identity.errors import MandateClosed, MandateNotFound, MandateOver
from services.identity.mandate_views import may_grant, require_grantor
from services.identity.tables import Account, Mandate
from services.identity.usecases.acting import term


def grant_mandate(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Send a mandate to whoever has this number; nothing tells whether somebody does, until it is accepted."""
    require_grantor(caller)
    today = work.clock.today()
    valid_from = command.valid_from or today
    problems = _date_problems(valid_from, command.valid_to, today) + _own_problems(command, caller, work)
    if problems:
        raise ValidationFailed(problems)
    delegate = accounts.find("citizen", command.personal_number, work)
    mandate = Mandate(
        principal=caller.subject,
        delegate=delegate.id if delegate else None,
        acts_as="delegate",
        procedures=_all_or_some(command.procedures),
        actions=sorted(set(command.actions)),
        valid_from=valid_from,
        valid_to=command.valid_to,
        granted_by=_person(caller),
        granted_at=work.clock.now(),
    )
    work.add(mandate)
    work.session.flush()
    return mandate_views.given(mandate, caller, work)


def _all_or_some(procedures: list[str]) -> list[str]:
    return [ALL_PROCEDURES] if ALL_PROCEDURES in procedures else sorted(set(procedures))


def _person(caller: Caller) -> str:
    return caller.actor.subject if caller.actor else caller.subject


def _own_problems(command: Command, caller: Caller, work: Work) -> list[FieldError]:
    person = work.session.get_one(Account, _person(caller))
    if command.personal_number != person.identifier:
        return []
    return [
        FieldError(
            "/personalNumber",
            "your-own",
            "Không thể ủy quyền cho chính mình.",
            "Nobody needs a mandate from themselves.",
        )
    ]


def _date_problems(valid_from: date, valid_to: date, today: date) -> list[FieldError]:
    years = mandates.LONGEST.days // 365
    checks = (
        (
            valid_from < today,
            FieldError("/validFrom", "in-the-past", "Ngày bắt đầu đã qua.", "The first day is in the past."),
        ),
        (
            valid_to < valid_from,
            FieldError(
                "/validTo",
                "before-valid-from",
                "Ngày kết thúc trước ngày bắt đầu.",
                "The last day is before the first.",
            ),
        ),
        (
            mandates.too_long(valid_from, valid_to),
            FieldError(
                "/validTo",
                "too-long",
                f"Ủy quyền kéo dài tối đa {years} năm.",
                f"A mandate lasts {years} years at most.",
            ),
        ),
    )
    return [problem for applies, problem in checks if applies]


def accept_mandate(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """The delegate takes it on."""
    mandate = work.get(Mandate, command.id, lock=True)
    if mandate is None or caller.actor is not None:
        raise MandateNotFound
    caller.authorise(owner=mandate.delegate, hidden=MandateNotFound)
    command.require_current(mandate.version)
    if term(mandate).state(work.clock.today()) != "sent":
        raise MandateClosed
    mandate.accepted_at = work.clock.now()
    work.session.flush()
    return mandate_views.received(mandate, work)


def end_mandate(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """Either side ends it: who gave it revokes, who holds it refuses or gives it back."""
    mandate = work.get(Mandate, command.id, lock=True)
    if mandate is None:
        raise MandateNotFound
    holds = mandate.delegate == caller.subject and caller.actor is None
    caller.authorise(owner=mandate.delegate if holds else mandate.principal, hidden=MandateNotFound)
    if not holds and not may_grant(caller):
        raise MandateNotFound
    command.require_current(mandate.version)
    if term(mandate).state(work.clock.today()) in ("over", "revoked", "refused"):
        raise MandateOver
    mandate_endings.end(mandate, caller, work)
    work.session.flush()
    return mandate_views.received(mandate, work) if holds else mandate_views.given(mandate, caller, work)
