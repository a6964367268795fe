"""An amount of đồng in words, as a receipt must carry it."""

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ("", "nghìn", "triệu")
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ENGLISH_SCALES = ("", "thousand", "million", "billion", "trillion")


def amount_in_words(amount: int, language: str) -> str:
    """The amount, written out in Vietnamese or English."""
    if amount < 0:
        raise ValueError("an amount on a receipt is never negative")
    words = f"{_english(amount)} dong" if language == "en" else f"{_vietnamese(amount)} đồng"
    return words[0].upper() + words[1:]


def _vietnamese(number: int, *, full: bool = False) -> str:
    # Beyond a billion (tỷ) Vietnamese counts in billions again: 10**12 is "một nghìn tỷ".
    if number >= 10**9:
        billions, rest = divmod(number, 10**9)
        tail = _vietnamese(rest, full=True) if rest else ""
        return f"{_vietnamese(billions, full=full)} tỷ {tail}".strip()
    groups = [number // 1000**power % 1000 for power in (2, 1, 0)]
    words: list[str] = []
    for scale, group in zip(reversed(_SCALES), groups, strict=True):
        if group:
            words.append(f"{_hundreds(group, full=full or bool(words))} {scale}".strip())
    return " ".join(words) or _DIGITS[0]


def _hundreds(number: int, *, full: bool) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds and not full:
        return _below_hundred(rest)
    head = f"{_DIGITS[hundreds]} trăm"
    if not rest:
        return head
    return f"{head} linh {_DIGITS[rest]}" if rest < 10 else f"{head} {_below_hundred(rest)}"


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    head = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    if ones == 0:
        return head
    if ones == 1 and tens > 1:
        return f"{head} mốt"
    return f"{head} {'lăm' if ones == 5 else _DIGITS[ones]}"


def _english(number: int) -> str:
    if number == 0:
        return _ONES[0]
    if number >= 1000 ** len(_ENGLISH_SCALES):
        raise ValueError("too large to be written out")
    words: list[str] = []
    for power in range(len(_ENGLISH_SCALES) - 1, -1, -1):
        group = number // 1000**power % 1000
        if group:
            linked = "and " if words and power == 0 and group < 100 else ""
            words.append(f"{linked}{_english_hundreds(group)} {_ENGLISH_SCALES[power]}".strip())
    return " ".join(words)


def _english_hundreds(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    parts = [f"{_ONES[hundreds]} hundred"] if hundreds else []
    if rest:
        parts.append(_english_below_hundred(rest))
    return " and ".join(parts)


def _english_below_hundred(number: int) -> str:
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens - 2]}-{_ONES[ones]}" if ones else _TENS[tens - 2]
