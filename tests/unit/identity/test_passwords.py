import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity import passwords


@pytest.mark.parametrize(
    "password",
    [
        "MotCua-2026-sandbox",
        "ba con mèo trên mái nhà",
        "     mưa   nắng     ",
        "😀 một hai ba bốn 😀",
        "abcdefghijklmnopqrstuvwx1z",
    ],
)
def test_any_characters_will_do(password):
    assert not passwords.is_short(password)
    assert not passwords.is_long(password)
    assert not passwords.is_guessable(password)


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "abcabcabcabcabcab",
        "123456789012345",
        "098765432109876",
        "qwertyuiopasdfgh",
        "passwordpassword",
        "Cộng hòa xã hội chủ nghĩa Việt Nam",
        "ĐỘC LẬP TỰ DO HẠNH PHÚC",
        "Correct Horse Battery Staple",
    ],
)
def test_patterns_and_common_passwords_are_guessable(password):
    assert passwords.is_guessable(password)


@pytest.mark.parametrize("owner", ["Nguyễn Thị Hoa Hồng", "0100109106-00001", "hoa.nguyen@example.vn"])
def test_what_everybody_knows_of_the_owner_is_guessable(owner):
    assert passwords.is_guessable(owner.upper(), owner=["other", owner])
    assert not passwords.is_guessable(owner + " nhà số 7", owner=["other", owner])


@pytest.mark.parametrize(
    ("length", "short", "long"),
    [(14, True, False), (15, False, False), (128, False, False), (129, False, True)],
)
def test_length_counts_characters_not_bytes(length, short, long):
    password = "ệ" * length
    assert (passwords.is_short(password), passwords.is_long(password)) == (short, long)
    decomposed = unicodedata.normalize("NFD", password)
    assert (passwords.is_short(decomposed), passwords.is_long(decomposed)) == (short, long)


@given(st.text(min_size=1))
def test_the_same_password_from_another_keyboard_is_the_same(password):
    typed = {unicodedata.normalize(form, password) for form in ("NFC", "NFD")}
    assert {passwords.normalised(one) for one in typed} == {passwords.normalised(password)}


@given(st.text("aầđ7 -", min_size=1, max_size=8), st.integers(15, 60))
def test_repeating_a_short_piece_is_always_guessable(piece, length):
    assert passwords.is_guessable((piece * length)[:length])


@given(st.text(max_size=200))
def test_never_fails(password):
    passwords.is_guessable(password, owner=[password[:3]])


def test_every_listed_password_is_long_enough_to_matter():
    assert all(not passwords.is_short(listed) for listed in passwords._common())
    assert all(passwords._folded(listed) == listed for listed in passwords._common())
