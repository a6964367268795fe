"""What people type to sign in: a personal number, a tax code, or an official's user name."""

import re

from services.identity import tax_codes

#: Starts with a letter, so that it can never be taken for a number.
PATTERN = r"[a-z][a-z0-9]*([._-][a-z0-9]+)*"
_USERNAME = re.compile(PATTERN)
MIN_LENGTH, MAX_LENGTH = 3, 50


def is_username(text: str) -> bool:
    return MIN_LENGTH <= len(text) <= MAX_LENGTH and _USERNAME.fullmatch(text) is not None


def canonical(identifier: str) -> str:
    """The identifier as accounts store it. Anything is accepted: a wrong one simply finds no account."""
    typed = identifier.strip().casefold()
    try:
        return tax_codes.canonical(typed)
    except ValueError:
        return typed
