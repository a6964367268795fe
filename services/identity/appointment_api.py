"""The operations about officials and what they may do."""

from chassis.api import Operation, roles
from services.identity import appointment_schemas, schemas

_GRANTING = roles("operator")
_SEEING = roles("operator", "inspector")

CREATE_OFFICIAL = Operation(
    "create_official",
    "POST",
    "/officials",
    takes=schemas.CreateOfficial,
    gives=appointment_schemas.OfficialView,
    allow=_GRANTING,
    status=201,
    summary=(
        "Tạo tài khoản công chức và đề nghị phân công",
        "Create an official's account and propose its appointment",
    ),
)
FIND_OFFICIALS = Operation(
    "find_officials",
    "GET",
    "/officials",
    takes=appointment_schemas.FindOfficials,
    gives=appointment_schemas.OfficialsPage,
    allow=_SEEING,
    summary=("Danh sách công chức", "Officials"),
)
PROPOSE_APPOINTMENT = Operation(
    "propose_appointment",
    "POST",
    "/appointments",
    takes=appointment_schemas.ProposeAppointment,
    gives=appointment_schemas.AppointmentView,
    allow=_GRANTING,
    status=201,
    location="/appointments/{id}",
    etag=True,
    summary=("Đề nghị phân công", "Propose an appointment"),
)
LIST_APPOINTMENTS = Operation(
    "list_appointments",
    "GET",
    "/appointments",
    takes=appointment_schemas.FindOfficials,
    gives=appointment_schemas.AppointmentsPage,
    allow=_SEEING,
    summary=("Danh sách phân công", "Appointments"),
)
GET_APPOINTMENT = Operation(
    "get_appointment",
    "GET",
    "/appointments/{id}",
    takes=appointment_schemas.OneAppointment,
    gives=appointment_schemas.AppointmentView,
    allow=_SEEING,
    etag=True,
    summary=("Xem phân công", "Read an appointment"),
)
APPROVE_APPOINTMENT = Operation(
    "approve_appointment",
    "POST",
    "/appointments/{id}/approval",
    takes=appointment_schemas.OneAppointment,
    gives=appointment_schemas.AppointmentView,
    allow=_GRANTING,
    if_match=True,
    etag=True,
    summary=("Phê duyệt phân công (người thứ hai)", "Approve an appointment (the second person)"),
)
REJECT_APPOINTMENT = Operation(
    "reject_appointment",
    "POST",
    "/appointments/{id}/rejection",
    takes=appointment_schemas.RejectAppointment,
    gives=appointment_schemas.AppointmentView,
    allow=_GRANTING,
    if_match=True,
    etag=True,
    summary=("Từ chối đề nghị phân công", "Reject a proposed appointment"),
)
END_APPOINTMENT = Operation(
    "end_appointment",
    "POST",
    "/appointments/{id}/end",
    takes=appointment_schemas.EndAppointment,
    gives=appointment_schemas.AppointmentView,
    allow=_GRANTING,
    if_match=True,
    etag=True,
    summary=("Chấm dứt phân công, ngay hoặc từ một ngày", "End an appointment, at once or from a day on"),
)

OPERATIONS = (
    CREATE_OFFICIAL,
    FIND_OFFICIALS,
    PROPOSE_APPOINTMENT,
    LIST_APPOINTMENTS,
    GET_APPOINTMENT,
    APPROVE_APPOINTMENT,
    REJECT_APPOINTMENT,
    END_APPOINTMENT,
)
