"""A parent or guardian acts for a child, proven by the civil-status register."""

from datetime import date
from typing import Any

from sqlalchemy import select

from chassis import acting
from chassis.caller import ACTIONS, ALL_PROCEDURES, Caller
from chassis.schemas import Command
from chassis.work import Work
from services.identity import accounts, birth_dates, mandate_views, mandates, personal_numbers
from services.identity.errors import NotParentOrGuardian, WardOfAge
from services.identity.registers import RegisteredChild
from services.identity.tables import Account, Citizen, Mandate, Proof
from services.identity.usecases.acting import term


def add_ward(command: Command, caller: Caller, work: Work) -> dict[str, Any]:
    """The guardianship of a child, whose account is made when there is none."""
    acting.require_self(caller)
    found: RegisteredChild | None = command.found
    today = work.clock.today()
    if found is None:
        raise NotParentOrGuardian
    decision_ends = _decision_ends(found, caller.identity_number, today)
    until = mandates.guardianship_ends(birth_dates.parse(found.birth_date), decision_ends)
    if until < today:
        raise WardOfAge
    child = accounts.find("citizen", found.person.number, work) or _new(found, work)
    return mandate_views.received(_guardianship(child, until, command.digest, caller, work), work)


def _decision_ends(found: RegisteredChild, number: str, today: date) -> date | None:
    """None for a parent, whom no decision limits. Raises NotParentOrGuardian."""
    if number in [parent.number for parent in found.parents]:
        return None
    in_force = [
        decision
        for decision in found.guardians
        if decision.person.number == number
        and decision.since <= today
        and (decision.until is None or today <= decision.until)
    ]
    if not in_force:
        raise NotParentOrGuardian
    ends = [decision.until for decision in in_force if decision.until is not None]
    return max(ends) if len(ends) == len(in_force) else None


def _new(found: RegisteredChild, work: Work) -> Account:
    """An account nobody signs in to."""
    account = accounts.add("citizen", found.person.number, Command({"name": found.person.name}), work)
    sex = personal_numbers.parse(found.person.number).sex
    work.add(Citizen(account=account.id, birth_date=found.birth_date, sex=sex))
    return account


def _guardianship(child: Account, until: date, digest: str, caller: Caller, work: Work) -> Mandate:
    now, today = work.clock.now(), work.clock.today()
    proof = Proof(register="civil-status", asked_by=caller.subject, asked_at=now, digest=digest)
    work.add(proof)
    work.session.flush()
    known = work.session.scalars(
        select(Mandate)
        .where(
            Mandate.principal == child.id,
            Mandate.delegate == caller.subject,
            Mandate.acts_as == "guardian",
            Mandate.revoked_at.is_(None),
        )
        .with_for_update()
    )
    mandate = next((row for row in known if term(row).in_force(today)), None)
    if mandate is None:
        mandate = Mandate(
            principal=child.id,
            delegate=caller.subject,
            acts_as="guardian",
            procedures=[ALL_PROCEDURES],
            actions=list(ACTIONS),
            valid_from=today,
            granted_by=caller.subject,
            granted_at=now,
            accepted_at=now,
        )
        work.add(mandate)
    mandate.valid_to, mandate.proof = until, proof.id
    work.session.flush()
    return mandate
