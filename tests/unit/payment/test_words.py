import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payment.words import amount_in_words


@pytest.mark.parametrize(
    ("amount", "vietnamese", "english"),
    [
        (0, "Không đồng", "Zero dong"),
        (10, "Mười đồng", "Ten dong"),
        (15, "Mười lăm đồng", "Fifteen dong"),
        (21, "Hai mươi mốt đồng", "Twenty-one dong"),
        (65, "Sáu mươi lăm đồng", "Sixty-five dong"),
        (105, "Một trăm linh năm đồng", "One hundred and five dong"),
        (111, "Một trăm mười một đồng", "One hundred and eleven dong"),
        (1_001, "Một nghìn không trăm linh một đồng", "One thousand and one dong"),
        (16_000, "Mười sáu nghìn đồng", "Sixteen thousand dong"),
        (135_000, "Một trăm ba mươi lăm nghìn đồng", "One hundred and thirty-five thousand dong"),
        (1_000_005, "Một triệu không trăm linh năm đồng", "One million and five dong"),
        (
            2_021_015,
            "Hai triệu không trăm hai mươi mốt nghìn không trăm mười lăm đồng",
            "Two million twenty-one thousand and fifteen dong",
        ),
        (1_000_000_000, "Một tỷ đồng", "One billion dong"),
        (25_000_000_001, "Hai mươi lăm tỷ không trăm linh một đồng", "Twenty-five billion and one dong"),
        (10**12, "Một nghìn tỷ đồng", "One trillion dong"),
    ],
)
def test_amounts_read_as_people_say_them(amount, vietnamese, english):
    assert amount_in_words(amount, "vi") == vietnamese
    assert amount_in_words(amount, "en") == english


@given(st.sets(st.integers(0, 10**15 - 1), min_size=2, max_size=2), st.sampled_from(["vi", "en"]))
def test_different_amounts_read_differently(amounts, language):
    first, second = amounts

    assert amount_in_words(first, language) != amount_in_words(second, language)


@given(st.integers(0, 10**15 - 1), st.sampled_from(["vi", "en"]))
def test_the_text_is_tidy(amount, language):
    text = amount_in_words(amount, language)

    assert text == " ".join(text.split())
    assert text[0].isupper()


@given(st.integers(max_value=-1), st.sampled_from(["vi", "en"]))
def test_a_negative_amount_is_refused(amount, language):
    with pytest.raises(ValueError, match="never negative"):
        amount_in_words(amount, language)
