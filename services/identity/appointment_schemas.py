"""What comes in and goes out about officials and what they may do."""

from typing import Any

from chassis import fields
from chassis.authority import ROLES
from chassis.schemas import Page, PageQuery, Schema
from chassis.texts import Text
from services.identity.appointments import STATES

#: Both shapes in use: QCVN 102:2016 (000.00.06.H26) and QĐ 20/2020 (H26.06).
AGENCY_CODE = r"[A-Z0-9]{1,10}(\.[A-Z0-9]{1,10}){0,8}"
_AGENCY_CODE_SAYS = Text(
    "Mã cơ quan gồm chữ hoa không dấu và chữ số, các phần cách nhau bằng dấu chấm, ví dụ 000.00.06.H26.",
    "An agency code has plain capital letters and digits, its parts separated by dots, such as 000.00.06.H26.",
)


def agency_code(**options: Any) -> fields.Code:
    return fields.Code(AGENCY_CODE, says=_AGENCY_CODE_SAYS, max=35, **options)


class RoleLimit(Schema):
    """A role and the procedure steps it is limited to."""

    role = fields.Choice(*ROLES, required=True)
    steps = fields.Items(fields.Text(min=1, max=50), required=True, min=1, max=50)


class Terms(Schema):
    """What is granted: where, which roles, from when to when."""

    agency = agency_code(required=True)
    roles = fields.Items(fields.Choice(*ROLES), required=True, min=1, max=len(ROLES))
    #: Roles that are not named may do every step.
    limits = fields.Items(fields.Object(RoleLimit), load_default=list, max=len(ROLES))
    valid_from = fields.Day(required=True)
    valid_to = fields.Day(load_default=None, allow_none=True)


class ProposeAppointment(Terms):
    official = fields.Id(required=True)
    reason = fields.Text(required=True, max=1_000)


class OneAppointment(Schema):
    id = fields.Id(required=True)


class RejectAppointment(OneAppointment):
    reason = fields.Text(required=True, max=1_000)


class EndAppointment(OneAppointment):
    reason = fields.Text(required=True, max=1_000)
    #: The first day without it; without a day it ends at once.
    on = fields.Day(load_default=None, allow_none=True)


class FindOfficials(PageQuery):
    agency = agency_code(load_default=None)
    state = fields.Choice(*STATES, load_default=None)
    official = fields.Id(load_default=None)


class OfficialView(Schema):
    id = fields.Id()
    username = fields.Text()
    name = fields.Text()
    appointment = fields.Id()
    agency = fields.Text()
    roles = fields.Items(fields.Text())
    limits = fields.Items(fields.Object(RoleLimit))
    valid_from = fields.Day()
    valid_to = fields.Day(allow_none=True)
    state = fields.Choice(*STATES)


class AppointmentView(Schema):
    """An appointment and who did what with it; `machine` and `sandbox` appointed without an account."""

    id = fields.Id()
    official = fields.Id()
    username = fields.Text()
    name = fields.Text()
    agency = fields.Text()
    roles = fields.Items(fields.Text())
    limits = fields.Items(fields.Object(RoleLimit))
    valid_from = fields.Day()
    valid_to = fields.Day(allow_none=True)
    state = fields.Choice(*STATES)
    reason = fields.Text(max=1_000)
    proposed_by = fields.Text()
    proposed_at = fields.Moment()
    granted_by = fields.Text(allow_none=True)
    granted_at = fields.Moment(allow_none=True)
    ended_by = fields.Text(allow_none=True)
    ended_at = fields.Moment(allow_none=True)
    end_reason = fields.Text(allow_none=True, max=1_000)
    version = fields.Integer()


class OwnAppointment(Schema):
    """One's own; `countsAt` is the agency that answers today for the one it was granted at."""

    id = fields.Id()
    agency = fields.Text()
    counts_at = fields.Text()
    roles = fields.Items(fields.Text())
    limits = fields.Items(fields.Object(RoleLimit))
    valid_from = fields.Day()
    valid_to = fields.Day(allow_none=True)


OfficialsPage = Page.of(OfficialView)
AppointmentsPage = Page.of(AppointmentView)
