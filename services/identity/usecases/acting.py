"""Acting for somebody: an access token with who acts, for whom and how far."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from chassis import acting
from chassis.caller import Caller
from chassis.errors import ValidationFailed
from chassis.schemas import Command
from chassis.work import Work
from services.identity import mandates, metrics, tokens
from services.identity.errors import MandateNotInForce, SessionEnded
from services.identity.holders import Holder
from services.identity.mandates import Term
from services.identity.tables import Account, Assistance, Mandate, Session
from services.identity.vault import Vault

#: Officials who may help citizens to file.
HELPERS = frozenset({"desk", "postal"})


@dataclass(frozen=True, slots=True)
class Standing:
    """What lets somebody act for somebody now."""

    mandate: str
    principal: str
    acts_as: str
    procedures: list[Any]
    actions: list[Any]
    until: datetime | None


def act(command: Command, caller: Caller, work: Work, vault: Vault) -> dict[str, Any]:
    """A token to act with. Raises MandateNotInForce, also when there is no such mandate."""
    acting.require_self(caller)
    if (command.mandate is None) == (command.subject is None):
        raise ValidationFailed.on(
            "/mandate",
            "one-of-two",
            vi="Cần nêu ủy quyền hoặc người được đại diện, chỉ một trong hai.",
            en="Name the mandate or the subject, and only one of them.",
        )
    standing = (
        _by_id(command.mandate, caller, work) if command.mandate else _for(command.subject, caller, work)
    )
    if standing is None:
        raise MandateNotInForce
    return token(standing, caller, work, vault)


def token(standing: Standing, caller: Caller, work: Work, vault: Vault) -> dict[str, Any]:
    """Raises SessionEnded when the one who acts is not signed in any more."""
    session = work.get(Session, caller.session) if caller.session else None
    if session is None or session.ended_at is not None or session.ends_at <= work.clock.now():
        raise SessionEnded
    principal = work.session.get_one(Account, standing.principal)
    claims = {
        "act": _act_claim(standing, caller),
        "scp": {"prc": standing.procedures, "do": standing.actions},
    }
    metrics.ACTING.labels(standing.acts_as).inc()
    given = tokens.give_acting(session, Holder(principal), claims, standing.until, work, vault)
    return given | {
        "subject": {"id": principal.id, "kind": principal.kind, "name": principal.name},
        "mandate": standing.mandate,
        "acts_as": standing.acts_as,
        "procedures": standing.procedures,
        "actions": standing.actions,
    }


def _act_claim(standing: Standing, caller: Caller) -> dict[str, Any]:
    return {
        "sub": caller.subject,
        "knd": caller.kind,
        "nam": caller.name,
        "as": standing.acts_as,
        "mnd": standing.mandate,
        "agc": caller.agency,
    }


def term(row: Mandate) -> Term:
    return Term(row.valid_from, row.valid_to, row.accepted_at is not None, row.revoked_at is not None)


def _by_id(id: str, caller: Caller, work: Work) -> Standing | None:
    mandate = work.get(Mandate, id)
    if mandate is not None:
        return _standing(mandate, caller, work)
    helping = work.get(Assistance, id)
    if helping is None or helping.helper != caller.subject or caller.roles.isdisjoint(HELPERS):
        return None
    return of_assistance(helping, work)


def _for(principal: str, caller: Caller, work: Work) -> Standing | None:
    """The newest mandate in force for this account."""
    rows = work.session.scalars(
        select(Mandate)
        .where(Mandate.delegate == caller.subject, Mandate.principal == principal)
        .order_by(Mandate.id.desc())
    )
    return next((found for row in rows if (found := _standing(row, caller, work))), None)


def _standing(row: Mandate, caller: Caller, work: Work) -> Standing | None:
    if row.delegate != caller.subject or not term(row).in_force(work.clock.today()):
        return None
    until = mandates.end_of(row.valid_to) if row.valid_to else None
    return Standing(row.id, row.principal, row.acts_as, row.procedures, row.actions, until)


def of_assistance(row: Assistance, work: Work) -> Standing | None:
    """Help that the citizen agreed to: filing one dossier of one procedure, for a short while."""
    if row.citizen is None or row.ends_at is None or row.refused_at is not None:
        return None
    if row.ends_at <= work.clock.now():
        return None
    return Standing(row.id, row.citizen, "helper", [row.procedure], ["submit"], row.ends_at)
