"""The payment gateway, behind one protocol; VNPAY is the one spoken."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

import requests

from chassis.ids import new_id
from services.payment import vnpay
from services.payment.settings import PaymentSettings
from services.payment.vnpay import Merchant, Order, Outcome


class GatewayUnavailable(Exception):
    """No answer that can be believed: nothing is known about the money."""


class Gateway(Protocol):
    name: str
    #: How long after its start a payment is first asked about.
    query_after: timedelta

    def payment_url(self, order: Order) -> str:
        """Where the browser goes to pay."""

    def read_notice(self, params: Mapping[str, Any]) -> Outcome:
        """The outcome a notification tells. Raises BadSignature or BadMessage."""

    def ask(self, order: Order, now: datetime) -> Outcome:
        """The outcome of an order. Raises GatewayUnavailable."""


class Vnpay:
    name = "vnpay"

    def __init__(self, merchant: Merchant, *, query_after: timedelta, timeout: float) -> None:
        self.merchant, self.query_after, self.timeout = merchant, query_after, timeout

    def payment_url(self, order: Order) -> str:
        return vnpay.payment_url(order, self.merchant)

    def read_notice(self, params: Mapping[str, Any]) -> Outcome:
        if not all(isinstance(value, str) for value in params.values()):
            raise vnpay.BadMessage("a parameter came twice")
        return vnpay.read_notice(params, self.merchant)

    def ask(self, order: Order, now: datetime) -> Outcome:
        question = vnpay.query(order, self.merchant, new_id().replace("-", ""), now)
        url = f"{self.merchant.api_url}/merchant_webapi/api/transaction"
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


def from_settings(settings: PaymentSettings) -> Gateway:
    """The gateway that the settings name."""
    merchant = Merchant(
        tmn_code=settings.tmn_code,
        secret=settings.hash_secret,
        gateway_url=settings.gateway_url,
        api_url=settings.gateway_api_url,
        return_url=f"{settings.public_url}/v1/gateway/vnpay/return",
    )
    query_after = timedelta(seconds=settings.query_seconds)
    return Vnpay(merchant, query_after=query_after, timeout=settings.gateway_timeout)
