"""Codes on paper for the day the phone is gone: ten, each good once."""

import secrets

COUNT = 10
#: Without letters and digits that look alike in print.
_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
_GROUPS, _GROUP = 3, 4


def new_codes() -> list[str]:
    """58 random bits each, more than anyone can try."""
    return [_new_code() for _ in range(COUNT)]


def _new_code() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


def canonical(typed: str) -> str | None:
    """The code as it was printed, from however it was typed; None when it can be none."""
    plain = "".join(c for c in typed.casefold() if not c.isspace() and c != "-")
    if len(plain) != _GROUPS * _GROUP or any(c not in _ALPHABET for c in plain):
        return None
    return "-".join(plain[i : i + _GROUP] for i in range(0, len(plain), _GROUP))
