"""The operations of the postal service."""

from chassis.api import AGENCY, ANY, OWN, Operation, may
from chassis.schemas import Page
from services.postal import events, schemas

READERS = may(
    citizen=OWN, business=OWN, desk=AGENCY, specialist=AGENCY, leader=AGENCY, postal=ANY, inspector=ANY
)

FIND_CONSIGNMENTS = Operation(
    "find_consignments",
    "GET",
    "/consignments",
    takes=schemas.FindConsignments,
    acting=True,
    gives=Page.of(schemas.ConsignmentView),
    allow=READERS,
    records=events.PersonalDataRead,
    summary=("Tìm bưu gửi trả kết quả", "Find consignments of results"),
)
GET_CONSIGNMENT = Operation(
    "get_consignment",
    "GET",
    "/consignments/{id}",
    takes=schemas.GetConsignment,
    acting=True,
    gives=schemas.TrackedConsignmentView,
    allow=READERS,
    records=events.PersonalDataRead,
    summary=("Xem bưu gửi và hành trình", "See a consignment and its tracking history"),
)
OPERATIONS = (FIND_CONSIGNMENTS, GET_CONSIGNMENT)
