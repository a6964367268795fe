"""The national registers that prove who may act for whom; spoken to over HTTP, bounded in time, size and number."""

import json
import os
import threading
import time
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Protocol

import requests

from chassis.errors import Unavailable
from chassis.logs import get_logger
from services.identity import birth_dates, names, personal_numbers

CONNECT_SECONDS, TOTAL_SECONDS = 1.0, 3.0
MAX_BYTES = 256 * 1024
AT_A_TIME, QUEUE_SECONDS = 4, 0.5
RETRY_AFTER = 30
_ACTIVE = "DANG_HOAT_DONG"

log = get_logger(__name__)


class RegisterUnavailable(Unavailable):
    """No usable answer of a register: nothing is taken for proven, and nothing was done."""

    vi = "Chưa tra cứu được cơ sở dữ liệu quốc gia; chưa có gì được thực hiện, hãy thử lại sau."
    en = "The national register cannot be asked right now; nothing was done, try again later."

    def __init__(self, **values: Any) -> None:
        super().__init__(**({"retry_after": RETRY_AFTER} | values))


@dataclass(frozen=True, slots=True)
class Person:
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class RegisteredBusiness:
    name: str
    active: bool
    representatives: tuple[Person, ...]
    #: The answer as it came, for a digest of it.
    answer: bytes


@dataclass(frozen=True, slots=True)
class Guardian:
    person: Person
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class RegisteredChild:
    person: Person
    birth_date: str
    parents: tuple[Person, ...]
    guardians: tuple[Guardian, ...]
    answer: bytes


class BusinessRegister(Protocol):
    def business(self, tax_code: str) -> RegisteredBusiness | None:
        """What is registered under a tax code; None when nothing is. Raises RegisterUnavailable."""


class CivilStatusRegister(Protocol):
    def child(self, number: str) -> RegisteredChild | None:
        """What is registered of a child; None when nothing is. Raises RegisterUnavailable."""


class Registers(BusinessRegister, CivilStatusRegister, Protocol):
    """Both of them."""


class HttpRegisters:
    """The registers as the state's data exchange offers them."""

    def __init__(self, url: str, key: str) -> None:
        self._url, self._key = url.rstrip("/"), key
        self._places = threading.BoundedSemaphore(AT_A_TIME)

    def business(self, tax_code: str) -> RegisteredBusiness | None:
        raw = self._ask("chiTietDoanhNghiep", {"msdn": tax_code})
        return None if raw is None else _usable(_business, raw, tax_code)

    def child(self, number: str) -> RegisteredChild | None:
        raw = self._ask("thongTinGiamHo", {"soDinhDanh": number})
        return None if raw is None else _usable(_child, raw, number)

    def _ask(self, call: str, body: dict[str, str]) -> bytes | None:
        """The answer's body; None when there is no such record."""
        if not self._places.acquire(timeout=QUEUE_SECONDS):
            raise _unavailable("too many at a time")
        try:
            return self._post(call, body)
        except requests.RequestException as error:
            raise _unavailable(type(error).__name__) from error
        finally:
            self._places.release()

    def _post(self, call: str, body: dict[str, str]) -> bytes | None:
        give_up_at = time.monotonic() + TOTAL_SECONDS
        with requests.post(
            f"{self._url}/{call}",
            json=body,
            headers={"X-API-Key": self._key},
            timeout=(CONNECT_SECONDS, TOTAL_SECONDS - CONNECT_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as answer:
            if answer.status_code == requests.codes.not_found:
                return None
            if answer.status_code != requests.codes.ok:
                raise _unavailable(f"HTTP {answer.status_code}")
            return _read(answer, give_up_at)


def _read(answer: requests.Response, give_up_at: float) -> bytes:
    body = bytearray()
    for chunk in answer.iter_content(8_192):
        body += chunk
        if len(body) > MAX_BYTES:
            raise _unavailable("too large")
        if time.monotonic() > give_up_at:
            raise _unavailable("too slow")
    return bytes(body)


def _unavailable(why: str) -> RegisterUnavailable:
    log.warning("register unavailable", why=why)
    return RegisterUnavailable()


def _usable(read: Any, raw: bytes, number: str) -> Any:
    try:
        return read(json.loads(raw)["data"], raw, number)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unavailable("unreadable answer") from error


def _business(data: dict[str, Any], raw: bytes, tax_code: str) -> RegisteredBusiness:
    _require(data["MSDN"] == tax_code)
    return RegisteredBusiness(
        name=_text(data["TEN_DN"], names.is_business_name),
        active=data["TRANG_THAI"] == _ACTIVE,
        representatives=tuple(map(_person, data["NGUOI_DAI_DIEN"])),
        answer=raw,
    )


def _child(data: dict[str, Any], raw: bytes, number: str) -> RegisteredChild:
    _require(data["SO_DINH_DANH"] == number)
    return RegisteredChild(
        person=_person(data),
        birth_date=_text(data["NGAY_SINH"], birth_dates.is_birth_date),
        parents=tuple(map(_person, data["CHA_ME"])),
        guardians=tuple(map(_guardian, data["GIAM_HO"])),
        answer=raw,
    )


def _guardian(entry: dict[str, Any]) -> Guardian:
    until = entry["DEN_NGAY"]
    return Guardian(
        _person(entry),
        date.fromisoformat(entry["TU_NGAY"]),
        None if until is None else date.fromisoformat(until),
    )


def _person(entry: dict[str, Any]) -> Person:
    number = _text(entry["SO_DINH_DANH"], personal_numbers.is_personal_number)
    return Person(number, _text(entry["HO_TEN"], names.is_person_name))


def _text(value: Any, is_sound: Any) -> str:
    text = names.tidy(value)
    _require(0 < len(text) <= 200 and is_sound(text))
    return text


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError("not what was asked for")


@cache
def from_environment() -> Registers:
    """The registers that the environment names."""
    return HttpRegisters(os.environ["REGISTERS_URL"], os.environ["REGISTERS_KEY"])
