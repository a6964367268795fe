"""The operations of the payment service."""

from chassis.api import AGENCY, ANY, ANYONE, OWN, Operation, may
from chassis.schemas import Page, PageQuery
from services.payment import events, schemas

READERS = may(citizen=OWN, business=OWN, desk=AGENCY, specialist=AGENCY, leader=AGENCY, inspector=ANY)

FIND_OBLIGATIONS = Operation(
    "find_obligations",
    "GET",
    "/obligations",
    takes=schemas.FindObligations,
    acting=True,
    gives=Page.of(schemas.ObligationView),
    allow=READERS,
    records=events.PersonalDataRead,
    summary=("Tìm các khoản phải nộp", "Find what is to be paid"),
)
GET_OBLIGATION = Operation(
    "get_obligation",
    "GET",
    "/obligations/{id}",
    takes=schemas.GetObligation,
    acting=True,
    gives=schemas.ObligationView,
    allow=READERS,
    records=events.PersonalDataRead,
    summary=("Xem một khoản phải nộp", "See one obligation"),
)
START_PAYMENT = Operation(
    "start_payment",
    "POST",
    "/obligations/{id}/payments",
    takes=schemas.StartPayment,
    acting=True,
    gives=schemas.PaymentStarted,
    allow=may(citizen=OWN, business=OWN),
    status=201,
    location="/payments/{payment}",
    summary=("Bắt đầu thanh toán trực tuyến", "Start to pay online"),
)
GET_PAYMENT = Operation(
    "get_payment",
    "GET",
    "/payments/{id}",
    takes=schemas.GetPayment,
    acting=True,
    gives=schemas.PaymentView,
    allow=READERS,
    records=events.PersonalDataRead,
    summary=("Xem một lần thanh toán", "See one payment"),
)
GET_RECEIPT = Operation(
    "get_receipt",
    "GET",
    "/receipts/{number}",
    takes=schemas.GetReceipt,
    acting=True,
    gives=schemas.ReceiptView,
    allow=READERS,
    records=events.PersonalDataRead,
    summary=("Xem biên lai", "See a receipt"),
)
VNPAY_NOTICE = Operation(
    "vnpay_notice",
    "GET",
    "/gateway/vnpay/ipn",
    takes=schemas.GatewayMessage,
    gives=schemas.NoticeAnswer,
    allow=ANYONE,
    # Every notification comes from the gateway's few addresses.
    rate="6000/minute",
    summary=("Cổng thanh toán báo kết quả", "The gateway tells the outcome"),
)
VNPAY_RETURN = Operation(
    "vnpay_return",
    "GET",
    "/gateway/vnpay/return",
    takes=schemas.GatewayMessage,
    gives=schemas.ReturnView,
    allow=ANYONE,
    summary=("Trình duyệt quay lại từ cổng thanh toán", "The browser comes back from the gateway"),
)
UNSETTLED_OBLIGATIONS = Operation(
    "unsettled_obligation_snapshots",
    takes=PageQuery,
    gives=schemas.UnsettledObligationSnapshots,
    allow=may(services=("dossier",)),
)
SETTLED_OBLIGATIONS = Operation(
    "settled_obligation_snapshots",
    takes=PageQuery,
    gives=schemas.SettledObligationSnapshots,
    allow=may(services=("dossier",)),
)
OPERATIONS = (
    FIND_OBLIGATIONS,
    GET_OBLIGATION,
    START_PAYMENT,
    GET_PAYMENT,
    GET_RECEIPT,
    VNPAY_NOTICE,
    VNPAY_RETURN,
    UNSETTLED_OBLIGATIONS,
    SETTLED_OBLIGATIONS,
)
