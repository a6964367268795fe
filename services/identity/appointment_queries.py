"""What is recorded of appointments, for operators, inspectors and the official concerned."""

from typing import Any

from sqlalchemy import select

from chassis.caller import Caller
from chassis.errors import NotFound
from chassis.paging import page
from chassis.schemas import Command
from chassis.work import Work
from services.identity import agencies, appointment_views, appointments, holders
from services.identity.copies import mergers_of
from services.identity.errors import NotInOffice
from services.identity.tables import Account, Appointment

_BOTH = select(Account, Appointment).join(Appointment, Appointment.account == Account.id)
_NEWEST_FIRST = (Appointment.id.desc(),)


def find_officials(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    return _page(query, work, lambda row: appointment_views.of_official(*row))


def list_appointments(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    return _page(query, work, lambda row: appointment_views.of_appointment(*row))


def get_appointment(query: Command, caller: Caller, work: Work) -> dict[str, Any]:
    found = work.session.execute(_BOTH.where(Appointment.id == query.id)).one_or_none()
    if found is None:
        raise NotFound
    return appointment_views.of_appointment(*found)


def own_offices(account: Account, caller: Caller, work: Work) -> dict[str, Any]:
    """What an official may do at the agency of the token, and all appointments in force. Raises NotInOffice."""
    today = work.clock.today()
    rows = holders.appointments_of(account.id, today, work)
    mergers = mergers_of((row.agency for row in rows), work)
    held = appointments.offices(rows, today, mergers)
    if not held:
        raise NotInOffice
    office = held.get(caller.agency) or next(iter(held.values()))
    in_force = [
        appointment_views.of_appointment(account, row)
        | {"counts_at": agencies.successor(row.agency, today, mergers)}
        for row in sorted(rows, key=lambda row: (row.valid_from, row.id), reverse=True)
        if appointments.is_in_force(row, today)
    ]
    limits = appointment_views.limits(office.steps)
    return {"agency": office.agency, "roles": office.roles, "limits": limits, "appointments": in_force}


def _page(query: Command, work: Work, view: Any) -> dict[str, Any]:
    wanted = _BOTH
    if query.agency:
        wanted = wanted.where(Appointment.agency == agencies.canonical(query.agency))
    if query.state:
        wanted = wanted.where(Appointment.state == query.state)
    if query.official:
        wanted = wanted.where(Appointment.account == query.official)
    return page(work, wanted, key=_NEWEST_FIRST, query=query, view=view)
