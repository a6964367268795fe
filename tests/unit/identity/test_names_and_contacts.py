import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity import contacts, names, usernames


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Thị Hoa",
        "H'Hen Niê",
        "Y Blok Êban",
        "K’Sor Phước",
        "O",
        "Đặng Lê-Anh",
        "李小龍",
        "José M. Núñez",
    ],
)
def test_people_have_many_kinds_of_names(name):
    assert names.is_person_name(name)


@pytest.mark.parametrize("name", ["", " ", "-", "R2D2", "Hoa <b>", "Hoa@example.vn", "Hoa\nLan;"])
def test_what_is_no_persons_name(name):
    assert not names.is_person_name(name)


def test_a_decomposed_name_with_invisible_characters_is_tidied():
    messy = unicodedata.normalize("NFD", "Nguyễn  Thị") + "\u200e Hoa\u00ad "
    assert names.tidy(messy) == "Nguyễn Thị Hoa"


@pytest.mark.parametrize("name", ["Công ty TNHH 1TV A & B", "Hộ kinh doanh Phở 24", "CTCP Sữa (Việt Nam)"])
def test_businesses_may_use_digits_and_signs(name):
    assert names.is_business_name(name)


@given(st.text())
def test_tidying_twice_changes_nothing(text):
    assert names.tidy(names.tidy(text)) == names.tidy(text)


@pytest.mark.parametrize(
    "typed", ["0912345678", "0912.345.678", "+84 912 345 678", "84912345678", "(091) 2345678"]
)
def test_one_phone_number_has_one_stored_form(typed):
    assert contacts.phone(typed) == "+84912345678"


@pytest.mark.parametrize(
    "typed", ["", "abc", "0123456789", "113", "0912345678 ext 5", "+999912345678", "0912345678" * 3]
)
def test_what_is_no_phone_number(typed):
    assert not contacts.is_phone(typed)


def test_only_the_domain_of_an_email_ignores_case():
    assert contacts.email("Hoa.Nguyen@Example.VN") == "Hoa.Nguyen@example.vn"


@pytest.mark.parametrize(
    "typed", ["", "hoa", "hoa@", "@example.vn", "hoa example@vn", f"{'a' * 250}@example.vn"]
)
def test_what_is_no_email(typed):
    assert not contacts.is_email(typed)


@pytest.mark.parametrize("name", ["desk.hoa", "leader_lan", "op1", "a-b.c"])
def test_user_names(name):
    assert usernames.is_username(name)


@pytest.mark.parametrize(
    "name", ["", "ab", "1abc", "Desk", "desk.", "desk..hoa", "001190000011", "a" * 51, "hoa\n"]
)
def test_what_is_no_user_name(name):
    assert not usernames.is_username(name)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Desk.Hoa ", "desk.hoa"),
        ("001190000011", "001190000011"),
        ("0100109106001", "0100109106-001"),
        ("nonsense €", "nonsense €"),
    ],
)
def test_identifiers_are_looked_up_as_accounts_store_them(typed, stored):
    assert usernames.canonical(typed) == stored
