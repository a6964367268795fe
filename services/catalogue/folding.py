"""Text as it is compared in search: no case, no diacritics, đ = d, words parted by single spaces."""

import re
import unicodedata

_NOT_WORD = re.compile(r"[^a-z0-9]+")
#: Words that open half of all titles and tell nothing apart.
_OPENING = re.compile(r"^(?:thu tuc )+")


def fold(text: str) -> str:
    """ "Đổi Giấy phép lái xe" -> "doi giay phep lai xe"; the one rule for what is stored and what is asked."""
    bare = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    return _NOT_WORD.sub(" ", bare.encode("ascii", "ignore").decode()).strip()


def fold_title(text: str) -> str:
    """A title without the words "thủ tục" in front."""
    return _OPENING.sub("", fold(text))
