"""The operations for acting for somebody: mandates, wards, help at the desk."""

from chassis.api import OWN, SIGNED_IN, Operation, kinds, may, roles
from chassis.schemas import PageQuery
from services.identity import acting_schemas as schemas

#: Persons who sign in themselves; whom they act for may be a business.
OWNERS = kinds("citizen", "business")
CITIZENS = kinds("citizen")
HELPERS = roles("desk", "postal")

ACT_FOR = Operation(
    "act_for",
    "POST",
    "/sessions/acting",
    takes=schemas.ActFor,
    gives=schemas.ActingTokenView,
    allow=SIGNED_IN,
    status=201,
    key=False,
    summary=("Nhận quyền thực hiện thay", "Get a token to act for somebody"),
)
GRANT_MANDATE = Operation(
    "grant_mandate",
    "POST",
    "/me/mandates",
    takes=schemas.GrantMandate,
    acting=True,
    gives=schemas.MandateView,
    allow=OWNERS,
    status=201,
    etag=True,
    rate="30/minute",
    summary=("Ủy quyền cho một người", "Give somebody a mandate"),
)
FIND_MANDATES = Operation(
    "find_mandates",
    "GET",
    "/me/mandates",
    takes=schemas.FindMandates,
    acting=True,
    gives=schemas.MandatesPage,
    allow=OWNERS,
    summary=("Các ủy quyền đã gửi hoặc đã nhận", "Mandates given or received"),
)
ACCEPT_MANDATE = Operation(
    "accept_mandate",
    "POST",
    "/me/mandates/{id}/acceptance",
    takes=schemas.OneMandate,
    gives=schemas.MandateView,
    allow=may(citizen=OWN),
    if_match=True,
    etag=True,
    summary=("Đồng ý nhận ủy quyền", "Accept a mandate"),
)
END_MANDATE = Operation(
    "end_mandate",
    "POST",
    "/me/mandates/{id}/revocation",
    takes=schemas.OneMandate,
    acting=True,
    gives=schemas.MandateView,
    allow=may(citizen=OWN, business=OWN),
    if_match=True,
    etag=True,
    summary=("Chấm dứt hoặc từ chối ủy quyền", "Revoke, give back or refuse a mandate"),
)
ADD_WARD = Operation(
    "add_ward",
    "POST",
    "/me/wards",
    takes=schemas.AddWard,
    gives=schemas.MandateView,
    allow=CITIZENS,
    status=201,
    etag=True,
    rate="10/minute",
    summary=("Thêm con hoặc người được giám hộ", "Add a child one is a parent or guardian of"),
)
ASK_TO_HELP = Operation(
    "ask_to_help",
    "POST",
    "/assistance",
    takes=schemas.AskToHelp,
    gives=schemas.AssistanceView,
    allow=HELPERS,
    status=201,
    rate="30/minute",
    summary=("Đề nghị nộp hồ sơ giúp công dân", "Ask to file for a citizen"),
)
CONFIRM_HELP = Operation(
    "confirm_help",
    "POST",
    "/assistance/{id}/confirmation",
    takes=schemas.ConfirmHelp,
    gives=schemas.ActingTokenView,
    allow=HELPERS,
    status=201,
    key=False,
    rate="30/minute",
    summary=("Xác nhận bằng mã của công dân", "Confirm with the citizen's code"),
)
MY_ASSISTANCE = Operation(
    "my_assistance",
    "GET",
    "/me/assistance",
    takes=PageQuery,
    gives=schemas.MyAssistancePage,
    allow=may(citizen=OWN),
    summary=("Ai đề nghị giúp tôi", "Who asked to help me"),
)
REFUSE_HELP = Operation(
    "refuse_help",
    "POST",
    "/me/assistance/{id}/refusal",
    takes=schemas.OneAssistance,
    gives=schemas.AssistanceView,
    allow=may(citizen=OWN),
    summary=("Từ chối hoặc chấm dứt việc giúp", "Refuse help, or end it"),
)

OPERATIONS = (
    ACT_FOR,
    GRANT_MANDATE,
    FIND_MANDATES,
    ACCEPT_MANDATE,
    END_MANDATE,
    ADD_WARD,
    ASK_TO_HELP,
    CONFIRM_HELP,
    MY_ASSISTANCE,
    REFUSE_HELP,
)
