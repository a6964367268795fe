"""The carrier, behind one protocol; VNPost's API is the one spoken."""

import os
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol

import requests

#: Where a cursor of tracking starts.
BEGINNING = "0" * 24


class CarrierUnavailable(Exception):
    """No usable answer: the order may or may not have been taken; ask again with the same number."""


class CarrierRefused(Exception):
    """The carrier will not take this order, however often it is asked."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the carrier needs to know of a consignment."""

    number: str
    sender: str
    description: str
    name: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class Told:
    """One row of the carrier's tracking."""

    id: str
    order_number: str
    tracking: str | None
    code: str
    message: str
    at: datetime | None
    signed_by: str | None = None


class Carrier(Protocol):
    def post_order(self, order: Order) -> str:
        """Hand over; the tracking number. A number already known gives the same parcel again."""

    def tracking(self, after: str, size: int) -> list[Told]:
        """The rows after a cursor, in the order told."""


class VnPost:
    """VNPost: getToken, postOrder, getOrderTracking."""

    def __init__(self, url: str, customer: str, secret: str, timeout: float = 5.0) -> None:
        self.url, self.customer, self._secret, self.timeout = (
            url.rstrip("/"),
            customer,
            secret,
            timeout,
        )
        self._token: str | None = None

    def post_order(self, order: Order) -> str:
        answer = self._signed(
            "postOrder",
            {
                "customerCode": self.customer,
                "orderNumber": order.number,
                "codAmount": 0,
                "sender": {"Name": order.sender},
                "description": order.description,
                "receiver": {
                    "Name": order.name,
                    "Tel": order.phone,
                    "Address": order.address,
                },
            },
        )
        return _text(answer, "itemCode")

    def tracking(self, after: str, size: int) -> list[Told]:
        answer = self._signed("getOrderTracking", {"lastId": after, "pageSize": size})
        rows = answer.get("data")
        if not isinstance(rows, list):
            raise CarrierUnavailable("unreadable answer")
        return [_told(row) for row in rows]

    def _signed(self, call: str, body: dict[str, Any]) -> dict[str, Any]:
        """One call, signing in when there is no token or it has run out."""
        for fresh in (False, True):
            if fresh or self._token is None:
                self._token = self._sign_in()
            answer = self._post(call, body, self._token)
            if answer is not None:
                return answer
        raise CarrierUnavailable("token not accepted")

    def _sign_in(self) -> str:
        answer = self._post("getToken", {"customerKey": self.customer, "secretKey": self._secret}, None)
        if answer is None:
            raise CarrierUnavailable("credentials not accepted")
        return _text(answer, "token")

    def _post(self, call: str, body: dict[str, Any], token: str | None) -> dict[str, Any] | None:
        """The answer's object; None for 401."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            answer = requests.post(
                f"{self.url}/{call}",
                json=body,
                headers=headers,
                timeout=self.timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise CarrierUnavailable(type(error).__name__) from error
        if answer.status_code == requests.codes.unauthorized:
            return None
        if call == "postOrder" and answer.status_code in (400, 422):
            raise CarrierRefused(f"HTTP {answer.status_code}")
        if answer.status_code != requests.codes.ok:
            raise CarrierUnavailable(f"HTTP {answer.status_code}")
        return _object(answer)


def _object(answer: requests.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError as error:
        raise CarrierUnavailable("unreadable answer") from error
    if not isinstance(found, dict):
        raise CarrierUnavailable("unreadable answer")
    return found


def _text(answer: dict[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise CarrierUnavailable(f"answer without {name}")
    return value


def _told(row: Any) -> Told:
    if not isinstance(row, dict):
        raise CarrierUnavailable("unreadable tracking row")
    return Told(
        id=_text(row, "id"),
        order_number=_text(row, "orderNumber"),
        tracking=row.get("itemCode") or None,
        code=str(row.get("statusCode", "")),
        message=str(row.get("statusMessage") or ""),
        at=_moment(row.get("statusDate")),
        signed_by=row.get("signedBy") or None,
    )


def _moment(value: Any) -> datetime | None:
    """None for a time that cannot be read: the row counts all the same."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None


@cache
def from_environment() -> Carrier:
    """The carrier that the environment names."""
    return VnPost(
        os.environ["CARRIER_URL"],
        os.environ["CARRIER_CUSTOMER"],
        os.environ["CARRIER_SECRET"],
        float(os.environ.get("CARRIER_TIMEOUT", "5")),
    )
