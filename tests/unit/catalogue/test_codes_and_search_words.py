"""Agency codes of both shapes; folding and spelling for search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalogue import content, spelling
from services.catalogue.agency_codes import is_agency_code, long_shape, short_shape
from services.catalogue.folding import fold, fold_title

PAIRS = [
    ("G22", "000.00.00.G22"),
    ("H26.06", "000.00.06.H26"),
    ("H44.100", "H44.100"),
    ("G12.18.02", "000.02.18.G12"),
    ("G12.18.02.005", "005.02.18.G12"),
    ("0100100079", "0100100079"),
    ("Z01TANDTC", "Z01TANDTC"),
]
WORDS = st.text(alphabet="abcdefghikmnopstu", min_size=1, max_size=7)


@pytest.mark.parametrize(("short", "long"), PAIRS)
def test_both_shapes_of_a_code(short: str, long: str) -> None:
    assert (long_shape(short), short_shape(long)) == (long, short)
    assert (long_shape(long), short_shape(short)) == (long, short)


@given(
    st.from_regex(r"[A-Y]\d{2}", fullmatch=True),
    st.lists(st.integers(1, 99).map(lambda group: f"{group:02d}"), max_size=2),
)
def test_shapes_are_exact_opposites(first: str, groups: list[str]) -> None:
    short = ".".join([first, *groups])
    assert short_shape(long_shape(short)) == short


@pytest.mark.parametrize("code", ["", "h26", "000..H26", "H26.", "Đ01", "X" * 36, "H26 06"])
def test_what_is_no_agency_code(code: str) -> None:
    assert not is_agency_code(code)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đổi Giấy phép lái xe", "doi giay phep lai xe"),
        ("  ĐĂNG KÝ  (khai-sinh)! ", "dang ky khai sinh"),
        ("Cấp thẻ BHYT, sổ BHXH", "cap the bhyt so bhxh"),
        ("1.001193", "1 001193"),
        ("", ""),
        ("!!!", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_a_title_loses_the_words_that_open_half_of_all_titles() -> None:
    assert fold_title("Thủ tục đăng ký khai sinh") == "dang ky khai sinh"
    assert fold_title("Liên thông thủ tục hành chính") == "lien thong thu tuc hanh chinh"


@given(st.text())
def test_folding_is_stable_and_plain(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert folded.isascii()
    assert "  " not in folded


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("sinj", "sinh"), ("sihn", "sinh"), ("sin", "sinh"), ("sinhh", "sinh"), ("zinh", "sinh")],
)
def test_one_slip(typed: str, meant: str) -> None:
    assert spelling.one_slip(typed, meant)
    assert spelling.near(typed, frozenset({meant, "khai"})) == [meant]


@pytest.mark.parametrize(
    ("typed", "meant"), [("sinh", "sinh"), ("sanj", "sinh"), ("sinhab", "sinh"), ("hnis", "sinh")]
)
def test_more_or_less_than_one_slip(typed: str, meant: str) -> None:
    assert not spelling.one_slip(typed, meant)


def test_short_words_are_not_guessed_at() -> None:
    assert spelling.near("ky", frozenset({"ki", "kyo"})) == []


@given(WORDS, st.data())
def test_a_changed_letter_is_always_one_slip(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    other = data.draw(st.sampled_from("abcxyz").filter(lambda letter: letter != word[at]))
    changed = word[:at] + other + word[at + 1 :]
    assert spelling.one_slip(changed, word)
    assert spelling.one_slip(word[:at] + word[at + 1 :], word)
    assert spelling.one_slip(word[:at] + other + word[at:], word)


@given(WORDS, WORDS)
def test_being_one_slip_apart_is_mutual(one: str, other: str) -> None:
    assert spelling.one_slip(one, other) == spelling.one_slip(other, one)


def test_a_procedure_is_found_by_all_it_says() -> None:
    words = content.search_words(
        "1.001193",
        {
            "name": "Đăng ký khai sinh",
            "field": "Hộ tịch",
            "keywords": ["giấy chứng sinh"],
            "results": [{"name": "Giấy khai sinh"}],
        },
    )
    assert set(words) == {"1", "001193", "dang", "ky", "khai", "sinh", "ho", "tich", "giay", "chung"}
