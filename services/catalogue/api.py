"""The operations of the catalogue: reading is for anyone, publishing for publishers."""

from chassis.api import ANYONE, Operation, may, roles
from chassis.schemas import PageQuery
from services.catalogue import schemas

PUBLISHERS = roles("publisher")
#: Published law changes a few times a day at most.
CACHED = "public, max-age=60"

FIND_PROCEDURES = Operation(
    "find_procedures",
    "GET",
    "/procedures",
    takes=schemas.FindProcedures,
    gives=schemas.ProcedurePage,
    allow=ANYONE,
    cache=CACHED,
    summary=("Tìm thủ tục hành chính", "Find procedures"),
)
GET_PROCEDURE = Operation(
    "get_procedure",
    "GET",
    "/procedures/{code}",
    takes=schemas.GetProcedure,
    gives=schemas.ProcedureView,
    allow=ANYONE,
    cache=CACHED,
    summary=("Xem thủ tục có hiệu lực vào một ngày", "Read the procedure in force on a day"),
)
LIST_VERSIONS = Operation(
    "list_versions",
    "GET",
    "/procedures/{code}/versions",
    takes=schemas.ProcedureVersions,
    gives=schemas.VersionPage,
    allow=ANYONE,
    cache=CACHED,
    summary=("Các phiên bản của thủ tục", "List the versions of a procedure"),
)
PUBLISH_VERSION = Operation(
    "publish_version",
    "POST",
    "/procedures/{code}/versions",
    takes=schemas.PublishVersion,
    gives=schemas.ProcedureView,
    allow=PUBLISHERS,
    status=201,
    location="/procedures/{code}",
    summary=("Công bố phiên bản mới của thủ tục", "Publish a version of a procedure"),
)
WITHDRAW_PROCEDURE = Operation(
    "withdraw_procedure",
    "POST",
    "/procedures/{code}/withdrawal",
    takes=schemas.WithdrawProcedure,
    gives=schemas.ProcedureView,
    allow=PUBLISHERS,
    summary=("Bãi bỏ thủ tục sau một ngày", "Withdraw a procedure after a day"),
)
FIND_AGENCIES = Operation(
    "find_agencies",
    "GET",
    "/agencies",
    takes=schemas.FindAgencies,
    gives=schemas.AgencyPage,
    allow=ANYONE,
    cache=CACHED,
    summary=("Danh sách cơ quan", "List agencies"),
)
GET_AGENCY = Operation(
    "get_agency",
    "GET",
    "/agencies/{code}",
    takes=schemas.GetAgency,
    gives=schemas.AgencyView,
    allow=ANYONE,
    cache=CACHED,
    summary=("Xem cơ quan theo mã (hai dạng mã)", "Read an agency by its code, of either shape"),
)
FIND_PLACES = Operation(
    "find_places",
    "GET",
    "/places",
    takes=schemas.FindPlaces,
    gives=schemas.PlacePage,
    allow=ANYONE,
    cache=CACHED,
    summary=("Danh mục đơn vị hành chính", "List provinces and communes"),
)
GET_PLACE = Operation(
    "get_place",
    "GET",
    "/places/{code}",
    takes=schemas.GetPlace,
    gives=schemas.PlaceView,
    allow=ANYONE,
    cache=CACHED,
    summary=("Xem đơn vị hành chính", "Read a province or commune"),
)
PROCEDURE_SNAPSHOTS = Operation(
    "procedure_snapshots", takes=PageQuery, gives=schemas.ProcedureSnapshots, allow=may(services=("dossier",))
)
AGENCY_SNAPSHOTS = Operation(
    "agency_snapshots",
    takes=PageQuery,
    gives=schemas.AgencySnapshots,
    allow=may(services=("dossier", "feedback", "identity", "payment", "postal")),
)

OPERATIONS = (
    FIND_PROCEDURES,
    GET_PROCEDURE,
    LIST_VERSIONS,
    PUBLISH_VERSION,
    WITHDRAW_PROCEDURE,
    FIND_AGENCIES,
    GET_AGENCY,
    FIND_PLACES,
    GET_PLACE,
    PROCEDURE_SNAPSHOTS,
    AGENCY_SNAPSHOTS,
)
