"""The carrier, behind one protocol; VNPost's API is the one spoken."""

import os
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol

import requests

from chassis.logs import get_logger
from services.postal import metrics

#: Where a cursor of tracking starts.
ID_LENGTH = 24
BEGINNING = "0" * ID_LENGTH

log = get_logger(__name__)


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


@dataclass(frozen=True, slots=True)
class Page:
    """One page of tracking, and how to read on."""

    rows: list[Told]
    #: How many rows the carrier told, usable or not.
    told: int
    #: The last id in it, even when it is none that we could keep a row under.
    last: str | None


class Carrier(Protocol):
    def post_order(self, order: Order) -> str:
        """Hand over; the tracking number. A number already known gives the same parcel again."""

    def tracking(self, after: str, size: int) -> Page:
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
        item = _bounded(_text(answer, "itemCode"), 60)
        if item is None:
            raise CarrierUnavailable("unusable itemCode")
        return item

    def tracking(self, after: str, size: int) -> Page:
        answer = self._signed("getOrderTracking", {"lastId": after, "pageSize": size})
        rows = answer.get("data")
        if not isinstance(rows, list):
            raise CarrierUnavailable("unreadable answer")
        ids = [row.get("id") for row in rows if isinstance(row, dict)]
        last = next((one for one in reversed(ids) if isinstance(one, str) and one), None)
        told = [_told(row) for row in rows]
        unusable = told.count(None)
        if unusable:
            # Only how many: what they say may be about people.
            metrics.UNREADABLE.inc(unusable)
            log.warning("tracking rows without a usable id skipped", count=unusable)
        return Page([one for one in told if one is not None], len(rows), last)

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


def _told(row: Any) -> Told | None:
    """The row with what cannot be stored made storable; None when it has no id to be kept under."""
    known = row if isinstance(row, dict) else {}
    row_id = _bounded(known.get("id"), ID_LENGTH)
    if row_id is None:
        return None
    order_number = _bounded(known.get("orderNumber"), 60)
    if order_number is None:
        log.warning("tracking row without a usable order number", row=row_id)
    return Told(
        id=row_id,
        order_number=order_number or "",
        tracking=_bounded(known.get("itemCode"), 60),
        code=_storable(known.get("statusCode"))[:20],
        message=_storable(known.get("statusMessage"))[:2_000],
        at=_moment(known.get("statusDate")),
        signed_by=_storable(known.get("signedBy"))[:200] or None,
    )


def _bounded(value: Any, longest: int) -> str | None:
    """A name of something: as it was told, or not at all."""
    usable = isinstance(value, str) and 0 < len(value) <= longest and _storable(value) == value
    return value if usable else None


def _storable(value: Any) -> str:
    """Text a database takes: without NUL and halves of surrogate pairs."""
    text = "" if value is None else str(value)
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _moment(value: Any) -> datetime | None:
    """None for a time that cannot be read or cannot be true: the row counts all the same."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo and 2000 <= found.year < 2200 else None


@cache
def from_environment() -> Carrier:
    """The carrier that the environment names."""
    return VnPost(
        os.environ["CARRIER_URL"],
        os.environ["CARRIER_CUSTOMER"],
        os.environ["CARRIER_SECRET"],
        float(os.environ.get("CARRIER_TIMEOUT", "5")),
    )
