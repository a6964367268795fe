"""What a token says about the account it was given to, as of today."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from chassis.work import Work
from services.identity.errors import NotInOffice
from services.identity.tables import Account, Appointment


@dataclass(frozen=True, slots=True)
class Holder:
    account: Account
    agency: str = ""
    roles: tuple[str, ...] = ()

    def claims(self) -> dict[str, Any]:
        account = self.account
        return {
            "sub": account.id,
            "knd": account.kind,
            "nam": account.name,
            "idn": "" if account.kind == "official" else account.identifier,
            "agc": self.agency,
            "rol": list(self.roles),
        }


def of(account: Account, work: Work) -> Holder:
    """Raises NotInOffice for an official without an appointment in force today."""
    if account.kind != "official":
        return Holder(account)
    appointment = in_force(account.id, work.clock.today(), work)
    if appointment is None:
        raise NotInOffice
    return Holder(account, appointment.agency, tuple(appointment.roles))


def in_force(account: str, day: date, work: Work) -> Appointment | None:
    """The appointment that counts on a day; the later one where two meet."""
    return work.session.scalars(
        select(Appointment)
        .where(
            Appointment.account == account,
            Appointment.valid_from <= day,
            or_(Appointment.valid_to.is_(None), Appointment.valid_to >= day),
        )
        .order_by(Appointment.valid_from.desc(), Appointment.id.desc())
        .limit(1)
    ).one_or_none()
