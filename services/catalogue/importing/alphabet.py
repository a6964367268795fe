"""The letters and syllables of Vietnamese, as far as repairing flattened text needs them."""

import re

_VOWELS = "aáàảãạăắằẳẵặâấầẩẫậeéèẻẽẹêếềểễệiíìỉĩịoóòỏõọôốồổỗộơớờởỡợuúùủũụưứừửữựyýỳỷỹỵ"
LOWER = "abcdefghijklmnopqrstuvwxyzđ" + "".join(sorted(set(_VOWELS) - set("aeiouy")))
UPPER = LOWER.upper()
LETTER = LOWER + UPPER

#: Standing alone, an onset or a coda is no word of the language: it is a piece of one.
ONSETS = "ngh|ng|nh|gh|gi|kh|ch|th|tr|ph|qu|b|c|d|đ|g|h|k|l|m|n|p|q|r|s|t|v|x"
CODAS = "ch|ng|nh|c|m|n|p|t"

_SYLLABLE = re.compile(rf"(?:{ONSETS})?[{_VOWELS}]{{1,3}}(?:{CODAS})?")


def is_syllable(word: str) -> bool:
    return _SYLLABLE.fullmatch(word.lower()) is not None
