"""What a password may be: NIST SP 800-63B-4, section 3.1.1.

At least 15 characters as the only factor, 8 where a second one is always asked for, every character allowed, no rules of composition, no forced change; only the whole
password is compared with what an attacker would try first.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

MIN_LENGTH = 15
MIN_LENGTH_WITH_SECOND = 8
MAX_LENGTH = 128

_LONGEST_PIECE = 8
_ROWS = ("1234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
_RUNS = tuple(row * (2 + MAX_LENGTH // len(row)) for row in _ROWS)


def normalised(password: str) -> str:
    """NFKC, so that a password typed on another keyboard or system is the same password."""
    return unicodedata.normalize("NFKC", password)


def is_short(password: str) -> bool:
    return len(normalised(password)) < MIN_LENGTH


def is_long(password: str) -> bool:
    return len(normalised(password)) > MAX_LENGTH


def is_guessable(password: str, owner: Iterable[str] = ()) -> bool:
    """Whether it is a common password, a pattern, or a text everybody knows of its owner (number, name, phone)."""
    plain = _folded(password)
    return (
        plain in _common()
        or any(plain in run or plain in run[::-1] for run in _RUNS)
        or _is_repetition(plain)
        or plain in {_folded(text) for text in owner}
    )


def _is_repetition(plain: str) -> bool:
    """One short piece over and over, the last time perhaps not to its end."""
    sizes = range(1, min(_LONGEST_PIECE, len(plain) - 1) + 1)
    return any(plain[size:] == plain[:-size] for size in sizes)


def _folded(text: str) -> str:
    """Lower case without diacritics and spaces: `Mật khẩu` and `matkhau` are equally easy to guess."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).replace("đ", "d")
    return "".join(c for c in decomposed if not unicodedata.combining(c) and not c.isspace())


@cache
def _common() -> frozenset[str]:
    lines = files(__package__).joinpath("common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
