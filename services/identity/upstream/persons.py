"""Who somebody is, from the claims of a provider in the VNeID style."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from services.identity import birth_dates, names, personal_numbers

Level = Literal["low", "substantial"]

CITIZEN = "1"
_MAX_NAME, _MAX_ID = 200, 255
_LOCAL_DATE = re.compile(r"(?:(?:([0-9]{1,2})/)?([0-9]{1,2})/)?([0-9]{4})")


class BadClaims(ValueError):
    """A claim that is not there or cannot be read; the message is its name."""


@dataclass(frozen=True, slots=True)
class Person:
    """A citizen as the provider knows them. `level` is how sure it is, as our `acr`."""

    issuer: str
    sub: str
    techid: str
    personal_number: str
    name: str
    #: `yyyy`, `yyyy-mm` or `yyyy-mm-dd`.
    birth_date: str
    level: Level


def from_claims(issuer: str, claims: Mapping[str, Any]) -> Person:
    """Raises BadClaims."""
    if str(claims.get("LoaiTaiKhoan", CITIZEN)) != CITIZEN:
        raise BadClaims("LoaiTaiKhoan")
    number = _text(claims, "SoDinhDanh", 12)
    name = names.tidy(_text(claims, "HoVaTen", _MAX_NAME))
    if not personal_numbers.is_personal_number(number):
        raise BadClaims("SoDinhDanh")
    if not names.is_person_name(name):
        raise BadClaims("HoVaTen")
    return Person(
        issuer=issuer,
        sub=_text(claims, "sub", _MAX_ID),
        techid=_text(claims, "TechID", _MAX_ID),
        personal_number=number,
        name=name,
        birth_date=birth_date(_text(claims, "NgayThangNamSinh", 10)),
        level=level(claims),
    )


def level(claims: Mapping[str, Any]) -> Level:
    """The lower of how the person signed in (loAs) and how their identity was proven (IAL); levels start at 1."""
    lowest = min(_number(claims, "loAs"), _number(claims, "IAL") if "IAL" in claims else 99)
    return "substantial" if lowest >= 2 else "low"


def birth_date(text: str) -> str:
    """Our form of `dd/mm/yyyy`, of which day and month may be missing or zero, or of the same in ISO 8601."""
    local = _LOCAL_DATE.fullmatch(text)
    if local:
        day, month, year = (int(part or 0) for part in local.groups())
        parts = [f"{year:04}", *([f"{month:02}"] if month else []), *([f"{day:02}"] if month and day else [])]
        text = "-".join(parts)
    try:
        return str(birth_dates.parse(text))
    except ValueError:
        raise BadClaims("NgayThangNamSinh") from None


def _text(claims: Mapping[str, Any], name: str, longest: int) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise BadClaims(name)
    return value.strip()


def _number(claims: Mapping[str, Any], name: str) -> int:
    value = str(claims.get(name))
    if not (value.isascii() and value.isdigit() and 1 <= int(value[:3]) <= 9):
        raise BadClaims(name)
    return int(value)
