"""Names of persons and businesses, as written in Vietnamese and other languages."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")
# K'Brẻo, H'Hen Niê, Y Blok Êban, Nguyễn-Lê, St. John
_PERSON_MARKS = frozenset(" '’-.·")


def tidy(name: str) -> str:
    """NFC, single spaces, no invisible characters (copied text brings U+200B, U+200E, U+00AD)."""
    visible = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) != "Cf")
    return _SPACES.sub(" ", visible).strip()


def is_person_name(name: str) -> bool:
    tidied = tidy(name)
    return any(map(str.isalpha, tidied)) and all(
        c in _PERSON_MARKS or unicodedata.category(c)[0] in "LM" for c in tidied
    )


def is_business_name(name: str) -> bool:
    """Law on Enterprises, article 37: letters, digits and signs; at least one letter."""
    tidied = tidy(name)
    return any(map(str.isalpha, tidied)) and all(unicodedata.category(c)[0] in "LMNPSZ" for c in tidied)
