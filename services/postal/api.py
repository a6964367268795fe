"""The operations of the postal service."""

from chassis.api import SIGNED_IN, Operation
from chassis.schemas import Page
from services.postal import schemas

FIND_CONSIGNMENTS = Operation(
    "find_consignments",
    "GET",
    "/consignments",
    takes=schemas.FindConsignments,
    acting=True,
    gives=Page.of(schemas.ConsignmentView),
    allow=SIGNED_IN,
    summary=("Tìm bưu gửi trả kết quả", "Find consignments of results"),
)
GET_CONSIGNMENT = Operation(
    "get_consignment",
    "GET",
    "/consignments/{id}",
    takes=schemas.GetConsignment,
    acting=True,
    gives=schemas.TrackedConsignmentView,
    allow=SIGNED_IN,
    summary=("Xem bưu gửi và hành trình", "See a consignment and its tracking history"),
)
OPERATIONS = (FIND_CONSIGNMENTS, GET_CONSIGNMENT)
