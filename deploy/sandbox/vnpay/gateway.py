"""What the world sees of the gateway: the pay page and the query of a merchant."""

import secrets
import time

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from deploy.sandbox.vnpay import pages, protocol
from deploy.sandbox.vnpay.ipn import result_params
from deploy.sandbox.vnpay.orders import FAILED, OPEN, PAID, Order, orders
from deploy.sandbox.vnpay.protocol import Shop

LIFETIME_SECONDS = 15 * 60
CANCELLED, TIMED_OUT = "24", "11"


async def pay_page(request: Request) -> Response:
    """The page of an order, or of what is wrong with the redirect."""
    params = dict(request.query_params)
    problem = _problem(params)
    if problem:
        return HTMLResponse(pages.problem(problem, params.get("vnp_Locale", "vn")), 400)
    order = _opened(params)
    if order.state != OPEN or order.is_over:
        return HTMLResponse(pages.closed(order.state, _way_back(order), params["vnp_Locale"]), 410)
    return HTMLResponse(pages.pay(params))


async def pay(request: Request) -> Response:
    """The form of the pay page: it comes back under the signed address, which is its authority."""
    params = dict(request.query_params)
    problem = _problem(params)
    if problem:
        return HTMLResponse(pages.problem(problem, params.get("vnp_Locale", "vn")), 400)
    form = await request.form()
    order = _opened(params)
    bank = str(form.get("bank", "NCB"))
    failure = str(orders().faults(order.reference)["failureCode"])
    if order.is_over:
        order = orders().close(order.reference, FAILED, TIMED_OUT, bank)
    elif form.get("action") == "cancel":
        order = orders().close(order.reference, FAILED, CANCELLED, bank)
    elif failure:
        order = orders().close(order.reference, FAILED, failure, bank)
    else:
        order = orders().close(order.reference, PAID, "00", bank)
    return RedirectResponse(_way_back(order), status_code=303)


def _problem(params: dict[str, str]) -> str:
    shop = Shop.from_environment()
    if params.get("vnp_TmnCode") != shop.tmn_code:
        return "71"
    if not protocol.is_signed(params, shop.secret):
        return "70"
    amount = params.get("vnp_Amount", "")
    whole = amount.isdecimal() and amount.endswith("00") and 0 < int(amount) < 10**12
    dates = [params.get(name, "") for name in ("vnp_CreateDate", "vnp_ExpireDate")]
    readable = all(protocol.seconds(date) is not None for date in dates if date)
    return "" if whole and readable and not protocol.missing(params) else "03"


def _opened(params: dict[str, str]) -> Order:
    expires = protocol.seconds(params.get("vnp_ExpireDate", "")) or time.time() + LIFETIME_SECONDS
    return orders().open(params, expires)


def _way_back(order: Order) -> str:
    query = protocol.signed_query(result_params(order), Shop.from_environment().secret)
    address = order.params["vnp_ReturnUrl"]
    return f"{address}{'&' if '?' in address else '?'}{query}"


async def transaction(request: Request) -> Response:
    """querydr: what became of an order."""
    try:
        body = await request.json()
        question = {str(key): "" if value is None else str(value) for key, value in body.items()}
    except (ValueError, AttributeError):
        return _answered({}, "03", "Invalid data")
    shop = Shop.from_environment()
    if question.get("vnp_TmnCode") != shop.tmn_code:
        return _answered(question, "02", "Invalid TmnCode")
    if not protocol.is_question_signed(question, shop.secret):
        return _answered(question, "97", "Invalid checksum")
    if question.get("vnp_Command") != "querydr" or not question.get("vnp_RequestId"):
        return _answered(question, "03", "Invalid data")
    if not orders().is_new_question(question["vnp_RequestId"]):
        return _answered(question, "94", "Duplicate request")
    order = orders().find(question.get("vnp_TxnRef", ""))
    if order is None or order.params["vnp_CreateDate"] != question.get("vnp_TransactionDate"):
        return _answered(question, "91", "Order not found")
    told = result_params(order) | {"vnp_TransactionType": "01"}
    return _answered(question, "00", "QueryDR Success", told)


def _answered(
    question: dict[str, str], code: str, message: str, told: dict[str, str] | None = None
) -> JSONResponse:
    answer = {
        "vnp_ResponseId": secrets.token_hex(16),
        "vnp_Command": "querydr",
        "vnp_TmnCode": question.get("vnp_TmnCode", ""),
        "vnp_TxnRef": question.get("vnp_TxnRef", ""),
        **(told or {}),
        "vnp_ResponseCode": code,
        "vnp_Message": message,
    }
    return JSONResponse(protocol.signed_answer(answer, Shop.from_environment().secret))


routes = [
    Route("/vnpay/paymentv2/vpcpay.html", pay_page, methods=["GET"]),
    Route("/vnpay/paymentv2/vpcpay.html", pay, methods=["POST"]),
    Route("/vnpay/merchant_webapi/api/transaction", transaction, methods=["POST"]),
]
