"""Text cleaning: what is mended, and what must be left alone."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalogue.importing import cleaning

WORDS = st.sampled_from(
    ["cơ", "quan", "đăng", "ký", "điểm", "khoản", "thiết", "kế", "c", "ngh", "t", "1", "a)", "b.", "Bộ", "đ"]
)
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from([" ", "  ", "\n", "\t", "\u00a0", ", ", ".\n"]))).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("đăng k\u200eý hộ tịch", "đăng ký hộ tịch"),
        ("tr\u00adường hợp", "trường hợp"),
        ("\ufeffBộ\u200b Tư pháp", "Bộ Tư pháp"),
        ("xã,\u00a0phường,\u2003thị\ttrấn", "xã, phường, thị trấn"),
        ("Đăng ký xe,  biển số", "Đăng ký xe, biển số"),
        ("bậc\ncao", "bậc cao"),
        ("Đăng ký xe\r\nbiển số", "Đăng ký xe biển số"),
        ("thủ tục hành chính thuộc thẩm\nquyền", "thủ tục hành chính thuộc thẩm quyền"),
    ],
)
def test_a_line_is_cleaned(raw: str, clean: str) -> None:
    assert cleaning.line(raw) == clean


def test_letters_are_composed() -> None:
    raw = unicodedata.normalize("NFD", "Hỗ trợ người khuyết tật")
    assert cleaning.line(raw) == "Hỗ trợ người khuyết tật"
    assert unicodedata.is_normalized("NFC", cleaning.line(raw))


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Ý kiến của cơ q uan; cơ quan chuyên môn", "Ý kiến của cơ quan; cơ quan chuyên môn"),
        ("hồ sơ t hiết kế, bản vẽ thiết kế", "hồ sơ thiết kế, bản vẽ thiết kế"),
        ("Giấy ph\nép lái xe", "Giấy phép lái xe"),
        ("cấp lầ\nn đầu", "cấp lần đầu"),
        ("Nghị đị\nnh của Chính phủ", "Nghị định của Chính phủ"),
    ],
)
def test_a_broken_word_is_joined(raw: str, clean: str) -> None:
    assert cleaning.line(raw) == clean
    assert cleaning.broken_words(raw)


@pytest.mark.parametrize(
    "text",
    [
        "theo điểm c khoản 1 Điều 5",
        "quy định tại điểm đ và điểm g khoản 2",
        "các ấp, khu phố; c ấp",
        "điểm t hiện hành",
        "nhóm b ưu tiên",
    ],
)
def test_a_letter_that_labels_something_is_no_piece_of_a_word(text: str) -> None:
    assert cleaning.line(text) == text
    assert cleaning.broken_words(text) == []


def test_joining_one_word_leaves_longer_words_alone() -> None:
    assert cleaning.line("các ấp; cấp phép, đề nghị c ấp phép") == "các ấp; cấp phép, đề nghị cấp phép"


def test_a_block_keeps_its_paragraphs_and_joins_wrapped_lines() -> None:
    raw = "Tiếp nhận hồ sơ từ tổ\nchức, cá nhân.\n\n a) Trực tiếp;\nb) Trực tuyến\n- Nếu đủ thì\nlàm thủ tục"
    assert cleaning.block(raw) == (
        "Tiếp nhận hồ sơ từ tổ chức, cá nhân.\na) Trực tiếp;\nb) Trực tuyến\n- Nếu đủ thì làm thủ tục"
    )


def test_invisible_characters_are_named() -> None:
    assert cleaning.invisible("k\u200eý tr\u00adường") == ["U+00AD", "U+200E"]
    assert cleaning.invisible("Đăng ký\n\txe") == []


@pytest.mark.parametrize("text", ["", " ", "--", "Không có thông tin", "không.", "\u200eKhông có"])
def test_a_field_may_say_that_it_is_empty(text: str) -> None:
    assert cleaning.absent(text)


@pytest.mark.parametrize("text", ["Không quá 3 ngày", "0", "Không có thông tin về đất"])
def test_a_field_that_says_something_is_not_empty(text: str) -> None:
    assert not cleaning.absent(text)


@given(TEXTS)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = cleaning.block(text)
    assert cleaning.composed(once) == once
    assert cleaning.line(cleaning.line(text)) == cleaning.line(text)


@given(st.text())
def test_no_letter_is_ever_lost(text: str) -> None:
    def letters(value: str) -> str:
        return "".join(unicodedata.normalize("NFC", "".join(c for c in value if c.isalnum())))

    assert letters(cleaning.line(text)) == letters(cleaning.composed(text))
    assert "\n" not in cleaning.line(text)


@given(st.text())
def test_what_is_left_is_visible(text: str) -> None:
    assert cleaning.invisible(cleaning.composed(text)) == []
