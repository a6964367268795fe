import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from vietnam_provinces import ProvinceCode

from services.identity import personal_numbers
from services.identity.birth_dates import BirthDate

digits = st.text(string.digits, min_size=6, max_size=6)
places = st.sampled_from(sorted(personal_numbers.PROVINCES)) | st.integers(100, 999).map(str)


@pytest.mark.parametrize(
    ("number", "place", "sex", "year"),
    [
        ("001190000011", "001", "female", 1990),
        ("079085000022", "079", "male", 1985),
        ("020093001656", "020", "male", 1993),
        ("001215000001", "001", "male", 2015),
        ("096326123456", "096", "female", 2026),
        ("304188000001", "304", "female", 1988),
    ],
)
def test_says_where_when_and_sex(number, place, sex, year):
    assert personal_numbers.parse(number) == personal_numbers.PersonalNumber(place, sex, year)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "00119000001",
        "0011900000111",
        "00119000001a",
        " 001190000011",
        "001190000011\n",
        "٠٠١١٩٠٠٠٠٠١١",
        "000190000011",
        "003190000011",
        "097190000011",
        "099190000011",
        "012345678",
    ],
)
def test_refuses_what_is_no_personal_number(number):
    assert not personal_numbers.is_personal_number(number)


def test_knows_the_63_provinces_and_those_of_today_among_them():
    assert len(personal_numbers.PROVINCES) == 63
    assert {f"{int(code):03}" for code in ProvinceCode} <= personal_numbers.PROVINCES


@given(places, st.integers(1900, 2399), st.sampled_from(["male", "female"]), digits)
def test_agrees_with_its_owner_and_nobody_else(place, year, sex, serial):
    century_and_sex = 2 * ((year - 1900) // 100) + (sex == "female")
    number = f"{place}{century_and_sex}{year % 100:02}{serial}"
    assert personal_numbers.is_personal_number(number)
    assert personal_numbers.agrees_with_birth(number, BirthDate(year))
    assert not personal_numbers.agrees_with_birth(number, BirthDate(year + 1, 1, 1))
    assert personal_numbers.agrees_with_sex(number, sex)
    assert not personal_numbers.agrees_with_sex(number, "male" if sex == "female" else "female")


@given(st.text(max_size=20))
def test_anything_else_is_refused_without_an_error(text):
    assume(not (len(text) == 12 and text.isascii() and text.isdigit()))
    assert not personal_numbers.is_personal_number(text)
