"""Submission references and legal dossier codes."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dossier.codes import (
    CODE_PATTERN,
    NUMBER_PATTERN,
    REFERENCE_PATTERN,
    DossierCode,
    is_reference,
    new_reference,
)

agencies = st.from_regex(r"\d{3}\.\d{2}\.\d{2}\.[A-Y]\d{2}", fullmatch=True).map(
    lambda text: "".join(str(int(sign)) if sign.isdigit() else sign for sign in text)
) | st.from_regex(r"[A-Z][0-9]{2}(\.[0-9A-Z]{2,3}){0,3}", fullmatch=True)


@given(agencies, st.dates(date(2019, 1, 1), date(2027, 12, 31)), st.integers(1, 9_999_999))
def test_a_code_reads_back(agency: str, day: date, number: int) -> None:
    code = DossierCode(agency, day, number)
    assert DossierCode.parse(str(code)) == code
    assert re.fullmatch(CODE_PATTERN, str(code))


@pytest.mark.parametrize(
    ("text", "agency", "day", "number"),
    [
        ("000.00.06.H56-231027-0361", "000.00.06.H56", date(2023, 10, 27), 361),
        ("H15.50.05.13-261008-0975", "H15.50.05.13", date(2026, 10, 8), 975),
        ("G09-260102-0900123", "G09", date(2026, 1, 2), 900123),
    ],
)
def test_real_codes_are_read(text: str, agency: str, day: date, number: int) -> None:
    assert DossierCode.parse(text) == DossierCode(agency, day, number)


@pytest.mark.parametrize(
    "text",
    [
        "000.00.06.H56-231027-361",
        "000.00.06.H56-231027-12345678",
        "000.00.06.H56-231327-0361",
        "000.00.06.H56 231027 0361",
        "h15.50-261008-0975",
        "H26" + ".AAAA" * 8 + "-261008-0975",
        "",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a dossier code|must be in"):
        DossierCode.parse(text)


def test_the_number_is_padded_to_four_digits_and_grows_beyond() -> None:
    day = date(2026, 11, 22)
    assert str(DossierCode("000.00.06.H26", day, 7)) == "000.00.06.H26-261122-0007"
    assert str(DossierCode("000.00.06.H26", day, 9_999)) == "000.00.06.H26-261122-9999"
    assert str(DossierCode("000.00.06.H26", day, 10_000)) == "000.00.06.H26-261122-10000"


def test_references_are_readable_and_do_not_repeat() -> None:
    references = {new_reference() for _ in range(2_000)}
    assert len(references) == 2_000
    assert all(re.fullmatch(REFERENCE_PATTERN, reference) for reference in references)
    assert all(re.fullmatch(NUMBER_PATTERN, reference) for reference in references)
    assert all(is_reference(reference) for reference in references)
    assert not is_reference("H15.50.05.13-261008-0975")
