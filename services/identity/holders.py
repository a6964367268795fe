"""What a token says about the account it was given to, as of today."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import or_, select

from chassis.clock import VIETNAM
from chassis.work import Work
from services.identity import agencies, appointments, token_lifetimes
from services.identity.appointments import Office
from services.identity.copies import mergers_of
from services.identity.errors import NotInOffice, NotInOfficeThere
from services.identity.tables import Account, Appointment


@dataclass(frozen=True, slots=True)
class Holder:
    account: Account
    agency: str = ""
    roles: tuple[str, ...] = ()
    steps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: When this is not true any more, should that be tonight.
    until: datetime | None = None

    def expires(self, now: datetime) -> datetime:
        """When a token given now does, so that it never says what is not true any more."""
        latest = now + token_lifetimes.ACCESS
        return latest if self.until is None else min(latest, self.until)

    def claims(self) -> dict[str, Any]:
        account = self.account
        claims: dict[str, Any] = {
            "sub": account.id,
            "knd": account.kind,
            "nam": account.name,
            "idn": "" if account.kind == "official" else account.identifier,
            "agc": self.agency,
            "rol": list(self.roles),
        }
        limited = {role: list(steps) for role, steps in self.steps.items()}
        return claims | ({"stp": limited} if limited else {})


def of(account: Account, work: Work, *, asked: str | None = None, last: str | None = None) -> Holder:
    """For a token: an official at the agency asked for, else where the session was last, else where newest.

    Raises NotInOffice for an official without an appointment in force today, NotInOfficeThere at the agency asked for.
    """
    if account.kind != "official":
        return Holder(account)
    _hold_still(account, work)
    today = work.clock.today()
    rows = appointments_of(account.id, today, work)
    wanted = [agencies.canonical(code) for code in (asked, last) if code]
    mergers = mergers_of([*(row.agency for row in rows), *wanted], work)
    held = appointments.offices(rows, today, mergers)
    if not held:
        raise NotInOffice
    there = [held.get(agencies.successor(code, today, mergers)) for code in wanted]
    if asked and there[0] is None:
        raise NotInOfficeThere(agency=asked)
    office = next(filter(None, there), None) or next(iter(held.values()))
    return _holder(account, office, appointments.offices(rows, today + timedelta(days=1), mergers), today)


def _holder(account: Account, office: Office, tomorrow: Mapping[str, Office], today: date) -> Holder:
    same_tomorrow = tomorrow.get(office.agency) == office
    until = None if same_tomorrow else datetime.combine(today + timedelta(days=1), time(), VIETNAM)
    return Holder(account, office.agency, office.roles, office.steps, until)


def appointments_of(account: str, today: date, work: Work) -> list[Appointment]:
    """Those that are in force today or may come to be."""
    not_over = or_(Appointment.valid_to.is_(None), Appointment.valid_to >= today)
    approved = select(Appointment).where(Appointment.account == account, Appointment.state == "approved")
    return list(work.session.scalars(approved.where(not_over)))


def _hold_still(account: Account, work: Work) -> None:
    """Until the token is given: whoever takes rights away locks the account too, and withdraws what was given before."""
    work.session.execute(select(Account.id).where(Account.id == account.id).with_for_update(read=True))
