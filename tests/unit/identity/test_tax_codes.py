import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity import tax_codes

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def check_digit(nine: str) -> int:
    return 10 - sum(w * int(d) for w, d in zip(WEIGHTS, nine, strict=True)) % 11


# The serial part of an issued code is never all zeros.
nines = st.integers(0, 10**9 - 1).map(lambda n: f"{n:09}").filter(lambda t: t[2:] != "0000000")


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("0100109106", "0100109106"),
        ("0100109106-001", "0100109106-001"),
        ("0100109106001", "0100109106-001"),
        ("0312687878", "0312687878"),
        ("001190000011", "001190000011"),
    ],
)
def test_has_one_stored_form(written, stored):
    assert tax_codes.canonical(written) == stored


@pytest.mark.parametrize(
    "code",
    [
        "",
        "0100109107",
        "0100109106-000",
        "0100109106-01",
        "01.00.109.106",
        " 0100109106",
        "0100109106\n",
        "097190000011",
        "0100000000",
        "abcdefghij",
    ],
)
def test_refuses_what_is_no_tax_code(code):
    assert not tax_codes.is_tax_code(code)


@given(nines)
def test_only_the_right_check_digit_is_accepted(nine):
    right = check_digit(nine)
    accepted = {digit for digit in range(10) if tax_codes.is_tax_code(f"{nine}{digit}")}
    assert accepted == ({right} if right < 10 else set())


@given(nines, st.integers(1, 999))
def test_branches_are_stored_with_their_dash(nine, branch):
    main = f"{nine}{check_digit(nine)}"
    if check_digit(nine) < 10:
        assert tax_codes.canonical(f"{main}{branch:03}") == f"{main}-{branch:03}"


@given(st.text(max_size=20))
def test_reading_the_stored_form_again_changes_nothing(text):
    if tax_codes.is_tax_code(text):
        assert tax_codes.canonical(tax_codes.canonical(text)) == tax_codes.canonical(text)
