"""The payment gateway, behind one protocol; VNPAY is the one spoken."""

import os
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Protocol

import requests

from chassis.ids import new_id
from chassis.settings import BadSettings
from services.payment import vnpay
from services.payment.vnpay import Merchant, Order, Outcome

_NAMES = ("PAYMENT_GATEWAY_URL", "PAYMENT_TMN_CODE", "PAYMENT_HASH_SECRET", "PUBLIC_URL")


class GatewayUnavailable(Exception):
    """No answer that can be believed: nothing is known about the money."""


class Gateway(Protocol):
    name: str

    def payment_url(self, order: Order) -> str:
        """Where the browser goes to pay."""

    def read_notice(self, params: Mapping[str, Any]) -> Outcome:
        """The outcome a notification tells. Raises BadSignature or BadMessage."""

    def ask(self, order: Order, now: datetime) -> Outcome:
        """The outcome of an order. Raises GatewayUnavailable."""


class Vnpay:
    name = "vnpay"

    def __init__(self, merchant: Merchant, timeout: float = 5.0) -> None:
        self.merchant, self.timeout = merchant, timeout

    def payment_url(self, order: Order) -> str:
        return vnpay.payment_url(order, self.merchant)

    def read_notice(self, params: Mapping[str, Any]) -> Outcome:
        if not all(isinstance(value, str) for value in params.values()):
            raise vnpay.BadMessage("a parameter came twice")
        return vnpay.read_notice(params, self.merchant)

    def ask(self, order: Order, now: datetime) -> Outcome:
        question = vnpay.query(order, self.merchant, new_id().replace("-", ""), now)
        merchant = self.merchant
        url = f"{merchant.api_url or merchant.gateway_url}/merchant_webapi/api/transaction"
        try:
            response = requests.post(url, json=question, timeout=self.timeout, allow_redirects=False)
            answer = response.json()
        except (requests.RequestException, ValueError) as error:
            raise GatewayUnavailable(type(error).__name__) from error
        if response.status_code != requests.codes.ok or not isinstance(answer, dict):
            raise GatewayUnavailable(f"HTTP {response.status_code}")
        try:
            return vnpay.read_answer(answer, order, self.merchant)
        except (vnpay.BadSignature, vnpay.BadMessage) as error:
            raise GatewayUnavailable(f"{type(error).__name__} {error}".strip()) from error


@cache
def from_environment() -> Gateway:
    """The gateway that the environment names."""
    values = {name: os.environ.get(name, "").rstrip("/") for name in _NAMES}
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise BadSettings(f"{', '.join(missing)} not set")
    return Vnpay(
        Merchant(
            tmn_code=values["PAYMENT_TMN_CODE"],
            secret=os.environ["PAYMENT_HASH_SECRET"],
            gateway_url=values["PAYMENT_GATEWAY_URL"],
            return_url=f"{values['PUBLIC_URL']}/v1/gateway/vnpay/return",
            api_url=os.environ.get("PAYMENT_GATEWAY_API_URL", "").rstrip("/"),
        ),
        timeout=float(os.environ.get("PAYMENT_GATEWAY_TIMEOUT", "5")),
    )
