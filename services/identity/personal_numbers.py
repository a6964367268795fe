"""The 12-digit personal number (số định danh cá nhân): NĐ 137/2015 Điều 13, TT 59/2021/TT-BCA.

Three digits name the province or country of birth registration, one the century and sex, two the year;
six are random. There is no check digit, so only the structure and the owner's data can be compared.
"""

import re
from dataclasses import dataclass
from typing import Literal

from services.identity.birth_dates import BirthDate

Sex = Literal["male", "female"]

#: The 63 provinces numbers were issued under. Those of abolished provinces stay valid for life; the
#: 34 of today use a subset of the same codes.
# fmt: off
PROVINCES = frozenset(f"{code:03}" for code in (
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44,
    45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89,
    91, 92, 93, 94, 95, 96,
))
# fmt: on
# Countries are numbered above the provinces. The ministry may add one any day, and refusing somebody's true
# number is worse than storing a number of a country that does not exist: the range is accepted whole.
_FIRST_COUNTRY = "100"

_DIGITS = re.compile(r"[0-9]{12}")


@dataclass(frozen=True, slots=True)
class PersonalNumber:
    place: str
    sex: Sex
    birth_year: int


def parse(number: str) -> PersonalNumber:
    """What a number says; ValueError when it cannot be a personal number."""
    if not _DIGITS.fullmatch(number):
        raise ValueError("not 12 digits")
    place, century_and_sex = number[:3], int(number[3])
    if place not in PROVINCES and place < _FIRST_COUNTRY:
        raise ValueError("no such province or country")
    return PersonalNumber(
        place=place,
        sex="male" if century_and_sex % 2 == 0 else "female",
        birth_year=1900 + 100 * (century_and_sex // 2) + int(number[4:6]),
    )


def is_personal_number(number: str) -> bool:
    try:
        parse(number)
    except ValueError:
        return False
    return True


def agrees_with_birth(number: str, birth: BirthDate) -> bool:
    """Whether the number was issued to somebody born that year (a corrected birth year gets a new number)."""
    return parse(number).birth_year == birth.year


def agrees_with_sex(number: str, sex: Sex) -> bool:
    return parse(number).sex == sex
