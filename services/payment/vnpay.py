"""The VNPAY 2.1.0 protocol: which bytes are signed, what is asked, what an answer means."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

VERSION = "2.1.0"
SUCCESS = "00"
LIFETIME = timedelta(minutes=15)
#: vnp_Amount has at most 12 digits and counts hundredths of a đồng.
MAX_AMOUNT = (10**12 - 1) // 100

_LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
_STAMP = "%Y%m%d%H%M%S"
_UNSIGNED = frozenset({"vnp_SecureHash", "vnp_SecureHashType"})
_QUERY_SIGNED = (
    "vnp_RequestId",
    "vnp_Version",
    "vnp_Command",
    "vnp_TmnCode",
    "vnp_TxnRef",
    "vnp_TransactionDate",
    "vnp_CreateDate",
    "vnp_IpAddr",
    "vnp_OrderInfo",
)
_ANSWER_SIGNED = (
    "vnp_ResponseId",
    "vnp_Command",
    "vnp_ResponseCode",
    "vnp_Message",
    "vnp_TmnCode",
    "vnp_TxnRef",
    "vnp_Amount",
    "vnp_BankCode",
    "vnp_PayDate",
    "vnp_TransactionNo",
    "vnp_TransactionType",
    "vnp_TransactionStatus",
    "vnp_OrderInfo",
    "vnp_PromotionCode",
    "vnp_PromotionAmount",
)
#: Not finished, or nobody opened the pay page.
_UNPAID = frozenset({"01"})
#: The bank may have taken the money, but the gateway has not said its last word.
_HELD = frozenset({"04", "05", "06", "07"})


class BadSignature(Exception):
    """The message was not signed with the merchant's secret."""


class BadMessage(Exception):
    """The message lacks something or has it in the wrong form."""


class Verdict(StrEnum):
    TAKEN = "taken"
    FAILED = "failed"
    UNPAID = "unpaid"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Merchant:
    """Our account at the gateway: where browsers meet it, and where we ask it."""

    tmn_code: str
    secret: str = field(repr=False)
    gateway_url: str
    api_url: str
    return_url: str


@dataclass(frozen=True, slots=True)
class Order:
    """One attempt to pay, as the gateway knows it."""

    reference: str
    amount: int
    info: str
    created_at: datetime
    ip_address: str = "127.0.0.1"
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the gateway says became of an order; it names no amount for an order it does not know."""

    reference: str
    hundredths: int | None
    verdict: Verdict
    code: str
    transaction: str = ""
    bank: str = ""
    paid_at: datetime | None = None


def stamp(moment: datetime) -> str:
    """yyyyMMddHHmmss on the 24-hour clock of Việt Nam."""
    return moment.astimezone(_LOCAL).strftime(_STAMP)


def moment(text: str) -> datetime | None:
    """The aware UTC moment of a stamp, None when it is not one."""
    if not re.fullmatch(r"[0-9]{14}", text):
        return None
    try:
        return datetime.strptime(text, _STAMP).replace(tzinfo=_LOCAL).astimezone(UTC)
    except ValueError:
        return None


def canonical(params: Mapping[str, str]) -> str:
    """The signed bytes: keys sorted, values URL-encoded, empty ones and the signature left out."""
    return "&".join(
        f"{quote_plus(key)}={quote_plus(params[key])}"
        for key in sorted(params)
        if key not in _UNSIGNED and params[key] != ""
    )


def sign(params: Mapping[str, str], secret: str) -> str:
    """The vnp_SecureHash of a redirect or a notification."""
    return _hmac(canonical(params), secret)


def is_signed(params: Mapping[str, str], secret: str) -> bool:
    """Whether vnp_SecureHash fits the other parameters."""
    return _same(sign(params, secret), params.get("vnp_SecureHash", ""))


def payment_url(order: Order, merchant: Merchant) -> str:
    """Where the browser goes to pay."""
    params = {
        "vnp_Version": VERSION,
        "vnp_Command": "pay",
        "vnp_TmnCode": merchant.tmn_code,
        "vnp_Amount": str(order.amount * 100),
        "vnp_CurrCode": "VND",
        "vnp_TxnRef": order.reference,
        "vnp_OrderInfo": order.info,
        "vnp_OrderType": "other",
        "vnp_Locale": "en" if order.language == "en" else "vn",
        "vnp_ReturnUrl": merchant.return_url,
        "vnp_IpAddr": order.ip_address,
        "vnp_CreateDate": stamp(order.created_at),
        "vnp_ExpireDate": stamp(order.created_at + LIFETIME),
    }
    query = f"{canonical(params)}&vnp_SecureHash={sign(params, merchant.secret)}"
    return f"{merchant.gateway_url}/paymentv2/vpcpay.html?{query}"


def order_info(text: str) -> str:
    """The gateway takes ASCII letters, digits and blanks only: encoders differ on everything else."""
    return re.sub(r"[^A-Za-z0-9]+", " ", text).strip()[:255]


def read_notice(params: Mapping[str, str], merchant: Merchant) -> Outcome:
    """A notification (IPN) or the browser's return, checked."""
    if not is_signed(params, merchant.secret):
        raise BadSignature
    code = _required(params, "vnp_ResponseCode")
    status = _required(params, "vnp_TransactionStatus")
    if _required(params, "vnp_TmnCode") != merchant.tmn_code:
        raise BadMessage("vnp_TmnCode")
    return _outcome(params, code, status)


def query(order: Order, merchant: Merchant, request_id: str, now: datetime) -> dict[str, str]:
    """The signed question (querydr): what became of this order?"""
    question = {
        "vnp_RequestId": request_id,
        "vnp_Version": VERSION,
        "vnp_Command": "querydr",
        "vnp_TmnCode": merchant.tmn_code,
        "vnp_TxnRef": order.reference,
        "vnp_OrderInfo": order.info,
        "vnp_TransactionDate": stamp(order.created_at),
        "vnp_CreateDate": stamp(now),
        "vnp_IpAddr": order.ip_address,
    }
    return question | {"vnp_SecureHash": _hmac(_piped(question, _QUERY_SIGNED), merchant.secret)}


def read_answer(answer: Mapping[str, object], order: Order, merchant: Merchant) -> Outcome:
    """The gateway's signed answer to a query, checked."""
    params = {key: "" if value is None else str(value) for key, value in answer.items()}
    if not _same(_hmac(_piped(params, _ANSWER_SIGNED), merchant.secret), params.get("vnp_SecureHash", "")):
        raise BadSignature
    code = _required(params, "vnp_ResponseCode")
    if code == "91":
        return Outcome(order.reference, None, Verdict.UNPAID, code)
    if code != SUCCESS:
        raise BadMessage(f"vnp_ResponseCode {code}")
    if (params.get("vnp_TmnCode"), params.get("vnp_TxnRef")) != (merchant.tmn_code, order.reference):
        raise BadMessage("vnp_TxnRef")
    return _outcome(params, code, _required(params, "vnp_TransactionStatus"))


def _outcome(params: Mapping[str, str], code: str, status: str) -> Outcome:
    amount = _required(params, "vnp_Amount")
    if not re.fullmatch(r"[0-9]{1,12}", amount):
        raise BadMessage("vnp_Amount")
    return Outcome(
        reference=_required(params, "vnp_TxnRef"),
        hundredths=int(amount),
        verdict=_verdict(code, status),
        code=code if code != SUCCESS else status,
        transaction=params.get("vnp_TransactionNo", ""),
        bank=params.get("vnp_BankCode", ""),
        paid_at=moment(params.get("vnp_PayDate", "")),
    )


def _verdict(code: str, status: str) -> Verdict:
    if code == status == SUCCESS:
        return Verdict.TAKEN
    if status in _HELD or code in _HELD:
        return Verdict.HELD
    return Verdict.UNPAID if status in _UNPAID and code == SUCCESS else Verdict.FAILED


def _required(params: Mapping[str, str], key: str) -> str:
    value = params.get(key, "")
    if not value:
        raise BadMessage(key)
    return value


def _piped(params: Mapping[str, str], keys: tuple[str, ...]) -> str:
    return "|".join(params.get(key, "") for key in keys)


def _hmac(text: str, secret: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha512).hexdigest()


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.lower().encode())
