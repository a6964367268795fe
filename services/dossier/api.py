"""The operations of the dossier service."""

from chassis.api import (
    AGENCY,
    ANY,
    ANYONE,
    OWN,
    STEP,
    Access,
    Download,
    Operation,
    Upload,
    kinds,
    may,
)
from chassis.schemas import Nothing, PageQuery
from services.dossier import events, file_schemas, schemas, service_schemas, workflow

PEOPLE = kinds("citizen", "business")
OWNERS = may(citizen=OWN, business=OWN)
WORKERS = may(desk=AGENCY, specialist=AGENCY, leader=AGENCY)
READERS = Access({**OWNERS.cells, **WORKERS.cells, "inspector": ANY})


def _makers(action: str) -> Access:
    """The officials who make this move, as the table of moves says, at the steps that are theirs."""
    return Access(dict.fromkeys(sorted(workflow.makers(action) & workflow.OFFICIALS), STEP))


def _move(
    rpc: str,
    path: str,
    takes: type[schemas.OneDossier],
    allow: Access,
    vi: str,
    en: str,
    *,
    acting: bool = False,
) -> Operation:
    return Operation(
        rpc,
        "POST",
        f"/dossiers/{{reference}}/{path}",
        takes=takes,
        acting=acting,
        gives=schemas.DossierSummary,
        allow=allow,
        if_match=True,
        etag=True,
        summary=(vi, en),
    )


REGISTER_FILE = Upload(
    "register_file",
    "POST",
    "/files",
    takes=file_schemas.RegisterFile,
    acting=True,
    gives=file_schemas.FileView,
    allow=may(citizen=ANY, business=ANY, desk=ANY, specialist=ANY, leader=ANY),
    status=201,
    # A whole dossier's papers at once, but not a stream of files without end.
    rate="30/minute",
    summary=("Tải tệp lên", "Upload a file"),
)
LOCATE_FILE = Download(
    "locate_file",
    "GET",
    "/dossiers/{reference}/files/{file}",
    takes=file_schemas.LocateFile,
    acting=True,
    gives=file_schemas.FileLocation,
    allow=READERS,
    records=events.PersonalDataRead,
    summary=("Tải tệp của hồ sơ", "Download a file of a dossier"),
)

CREATE_DRAFT = Operation(
    "create_draft",
    "POST",
    "/drafts",
    takes=schemas.CreateDraft,
    acting=True,
    gives=schemas.DraftView,
    allow=PEOPLE,
    status=201,
    location="/drafts/{id}",
    etag=True,
    summary=("Tạo bản nháp hồ sơ", "Start a draft"),
)
LIST_DRAFTS = Operation(
    "list_drafts",
    "GET",
    "/drafts",
    takes=schemas.FindDrafts,
    acting=True,
    gives=schemas.DraftPage,
    allow=OWNERS,
    summary=("Các bản nháp của tôi", "My drafts"),
)
GET_DRAFT = Operation(
    "get_draft",
    "GET",
    "/drafts/{id}",
    takes=schemas.OneDraft,
    acting=True,
    gives=schemas.DraftView,
    allow=OWNERS,
    etag=True,
    summary=("Xem bản nháp", "Read a draft"),
)
CHANGE_DRAFT = Operation(
    "change_draft",
    "PATCH",
    "/drafts/{id}",
    takes=schemas.ChangeDraft,
    acting=True,
    gives=schemas.DraftView,
    allow=OWNERS,
    if_match=True,
    etag=True,
    summary=("Sửa bản nháp", "Change a draft"),
)
DISCARD_DRAFT = Operation(
    "discard_draft",
    "DELETE",
    "/drafts/{id}",
    takes=schemas.OneDraft,
    acting=True,
    gives=Nothing,
    allow=OWNERS,
    status=204,
    if_match=True,
    summary=("Bỏ bản nháp", "Discard a draft"),
)

SUBMIT_DOSSIER = Operation(
    "submit_dossier",
    "POST",
    "/dossiers",
    takes=schemas.SubmitDossier,
    acting=True,
    gives=schemas.SubmittedView,
    allow=OWNERS,
    status=201,
    location="/dossiers/{reference}",
    # The draft's: it is what the owner has read, and what is gone afterwards.
    if_match=True,
    etag=True,
    summary=("Nộp hồ sơ", "Submit a dossier"),
)
LIST_DOSSIERS = Operation(
    "list_dossiers",
    "GET",
    "/dossiers",
    takes=schemas.FindDossiers,
    acting=True,
    gives=schemas.DossierPage,
    allow=OWNERS,
    summary=("Hồ sơ của tôi", "My dossiers"),
)
GET_DOSSIER = Operation(
    "get_dossier",
    "GET",
    "/dossiers/{reference}",
    takes=schemas.ReadDossier,
    acting=True,
    gives=schemas.DossierView,
    allow=READERS,
    records=events.PersonalDataRead,
    etag=True,
    summary=("Xem hồ sơ", "Read a dossier"),
)
GET_TIMELINE = Operation(
    "get_timeline",
    "GET",
    "/dossiers/{reference}/timeline",
    takes=schemas.ReadDossier,
    acting=True,
    gives=schemas.Timeline,
    allow=READERS,
    records=events.PersonalDataRead,
    summary=("Quá trình xử lý hồ sơ", "What happened to a dossier"),
)
LIST_DESK_DOSSIERS = Operation(
    "list_desk_dossiers",
    "GET",
    "/desk/dossiers",
    takes=schemas.FindDeskDossiers,
    gives=schemas.DossierPage,
    allow=WORKERS,
    records=events.PersonalDataRead,
    summary=("Hồ sơ đang chờ cán bộ", "The official's inbox"),
)
TRACK_DOSSIER = Operation(
    "track_dossier",
    "GET",
    "/tracking/{code}",
    takes=schemas.Track,
    gives=schemas.TrackingView,
    allow=ANYONE,
    rate="60/minute",
    summary=("Tra cứu hồ sơ", "Track a dossier"),
)

RECEIVE_DOSSIER = _move(
    "receive_dossier",
    "reception",
    schemas.OneDossier,
    _makers("receive"),
    "Tiếp nhận hồ sơ",
    "Receive a dossier",
)
REFUSE_DOSSIER = _move(
    "refuse_dossier",
    "refusal",
    schemas.WithReason,
    _makers("refuse"),
    "Từ chối tiếp nhận hồ sơ",
    "Refuse a dossier",
)
REQUEST_SUPPLEMENT = _move(
    "request_supplement",
    "supplement-request",
    schemas.RequestSupplement,
    _makers("request-supplement"),
    "Yêu cầu bổ sung hồ sơ",
    "Ask for further papers, once",
)
ANSWER_SUPPLEMENT = _move(
    "answer_supplement",
    "supplement",
    schemas.AnswerSupplement,
    OWNERS,
    "Nộp giấy tờ bổ sung",
    "Hand in the further papers",
    acting=True,
)
WITHDRAW_DOSSIER = _move(
    "withdraw_dossier",
    "withdrawal",
    schemas.MayHaveReason,
    OWNERS,
    "Rút hồ sơ",
    "Withdraw a dossier",
    acting=True,
)
COMPLETE_STEP = _move(
    "complete_step",
    "steps",
    schemas.CompleteStep,
    _makers("complete-step"),
    "Hoàn thành bước xử lý",
    "Complete the current step",
)
DECIDE_DOSSIER = _move(
    "decide_dossier",
    "decision",
    schemas.Decide,
    _makers("decide"),
    "Quyết định giải quyết hồ sơ",
    "Decide: approve, reject or send back",
)
REQUEST_PAYMENT = _move(
    "request_payment",
    "payment-request",
    schemas.MayHaveReason,
    _makers("request-payment"),
    "Yêu cầu thực hiện nghĩa vụ tài chính",
    "Ask for the payment of what is still owed",
)
SUSPEND_DOSSIER = _move(
    "suspend_dossier",
    "suspension",
    schemas.WithReason,
    _makers("suspend"),
    "Dừng xử lý hồ sơ",
    "Suspend a dossier",
)
RESUME_DOSSIER = _move(
    "resume_dossier",
    "resumption",
    schemas.OneDossier,
    _makers("resume"),
    "Tiếp tục xử lý hồ sơ",
    "Resume a suspended dossier",
)
RETURN_RESULT = _move(
    "return_result",
    "return",
    schemas.ReturnResult,
    _makers("post"),
    "Trả kết quả",
    "Return the result: at the counter, as a file or by post",
)
OPEN_DOSSIERS = Operation(
    "open_dossier_snapshots",
    takes=PageQuery,
    gives=service_schemas.OpenDossierSnapshots,
    allow=may(services=("feedback",)),
)
FINISHED_DOSSIERS = Operation(
    "finished_dossier_snapshots",
    takes=PageQuery,
    gives=service_schemas.FinishedDossierSnapshots,
    allow=may(
        services=(
            "feedback",
            "payment",
        )
    ),
)
CHARGES = Operation(
    "charge_snapshots",
    takes=PageQuery,
    gives=service_schemas.ChargeSnapshots,
    allow=may(services=("payment",)),
)
FIND_RECIPIENT = Operation(
    "find_recipient",
    takes=service_schemas.FindRecipient,
    gives=service_schemas.RecipientView,
    allow=may(services=("postal",)),
)

OPERATIONS = (
    REGISTER_FILE,
    LOCATE_FILE,
    CREATE_DRAFT,
    LIST_DRAFTS,
    GET_DRAFT,
    CHANGE_DRAFT,
    DISCARD_DRAFT,
    SUBMIT_DOSSIER,
    LIST_DOSSIERS,
    GET_DOSSIER,
    GET_TIMELINE,
    LIST_DESK_DOSSIERS,
    TRACK_DOSSIER,
    RECEIVE_DOSSIER,
    REFUSE_DOSSIER,
    REQUEST_SUPPLEMENT,
    ANSWER_SUPPLEMENT,
    WITHDRAW_DOSSIER,
    COMPLETE_STEP,
    DECIDE_DOSSIER,
    REQUEST_PAYMENT,
    SUSPEND_DOSSIER,
    RESUME_DOSSIER,
    RETURN_RESULT,
    OPEN_DOSSIERS,
    FINISHED_DOSSIERS,
    CHARGES,
    FIND_RECIPIENT,
)
