"""The gateway's half of the VNPAY 2.1.0 protocol, written apart from the merchant's on purpose."""

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

_LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
_FORMAT = "%Y%m%d%H%M%S"
_QUESTION = "RequestId Version Command TmnCode TxnRef TransactionDate CreateDate IpAddr OrderInfo"
_ANSWER = (
    "ResponseId Command ResponseCode Message TmnCode TxnRef Amount BankCode PayDate TransactionNo "
    "TransactionType TransactionStatus OrderInfo PromotionCode PromotionAmount"
)
_NEEDED = (
    "vnp_Version vnp_Command vnp_TmnCode vnp_Amount vnp_CurrCode vnp_TxnRef vnp_OrderInfo vnp_OrderType "
    "vnp_Locale vnp_ReturnUrl vnp_IpAddr vnp_CreateDate"
)


@dataclass(frozen=True, slots=True)
class Shop:
    """The one merchant the sandbox knows."""

    tmn_code: str
    secret: str
    ipn_url: str

    @classmethod
    def from_environment(cls) -> "Shop":
        url = os.environ["PUBLIC_URL"].rstrip("/")
        return cls(
            os.environ["PAYMENT_TMN_CODE"],
            os.environ["PAYMENT_HASH_SECRET"],
            os.environ.get("SANDBOX_IPN_URL") or f"{url}/v1/gateway/vnpay/ipn",
        )


def signed_query(params: Mapping[str, str], secret: str) -> str:
    """The query string of a redirect or notification, its signature at the end."""
    data = _encoded(params)
    return f"{data}&vnp_SecureHash={_hmac(data, secret)}"


def is_signed(params: Mapping[str, str], secret: str) -> bool:
    """Whether a redirect's signature fits."""
    return hmac.compare_digest(_hmac(_encoded(params), secret).encode(), _given(params))


def is_question_signed(question: Mapping[str, str], secret: str) -> bool:
    """Whether a query's checksum fits."""
    return hmac.compare_digest(_hmac(_piped(question, _QUESTION), secret).encode(), _given(question))


def signed_answer(answer: Mapping[str, str], secret: str) -> dict[str, str]:
    """The answer to a query with its checksum."""
    return {**answer, "vnp_SecureHash": _hmac(_piped(answer, _ANSWER), secret)}


def missing(params: Mapping[str, str]) -> list[str]:
    """The obligatory parameters a redirect lacks."""
    return [name for name in _NEEDED.split() if not params.get(name)]


def stamp(seconds: float) -> str:
    """A moment as the gateway writes it."""
    return datetime.fromtimestamp(seconds, _LOCAL).strftime(_FORMAT)


def seconds(text: str) -> float | None:
    """The moment of a stamp."""
    try:
        return datetime.strptime(text, _FORMAT).replace(tzinfo=_LOCAL).timestamp()
    except ValueError:
        return None


def _encoded(params: Mapping[str, str]) -> str:
    signed = {key: value for key, value in params.items() if value and not key.startswith("vnp_SecureHash")}
    return urlencode(sorted(signed.items()))


def _piped(params: Mapping[str, str], names: str) -> str:
    return "|".join(params.get(f"vnp_{name}", "") for name in names.split())


def _given(params: Mapping[str, str]) -> bytes:
    return params.get("vnp_SecureHash", "").lower().encode()


def _hmac(text: str, secret: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha512).hexdigest()
