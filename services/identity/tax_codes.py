"""Tax codes (mã số thuế): TT 105/2020 Điều 5; from 1 July 2025 also personal numbers (TT 86/2024).

10 digits, the last a check digit            an enterprise
10 digits, a dash, 3 digits                  its branch or dependent unit
12 digits, a personal number                 a business household
"""

import re

from stdnum.exceptions import ValidationError
from stdnum.vn import mst

from services.identity.personal_numbers import is_personal_number

_WRITTEN = re.compile(r"[0-9]{10}(-?[0-9]{3})?")


def canonical(code: str) -> str:
    """The one way a code is stored: branches with their dash; ValueError when it is no tax code."""
    if is_personal_number(code):
        return code
    # The library also accepts spaces and dots anywhere, which would let one code be written in many ways.
    if not _WRITTEN.fullmatch(code):
        raise ValueError("not a tax code")
    try:
        digits: str = mst.validate(code)
    except ValidationError as error:
        raise ValueError(str(error)) from None
    return digits if len(digits) == 10 else f"{digits[:10]}-{digits[10:]}"


def is_tax_code(code: str) -> bool:
    try:
        canonical(code)
    except ValueError:
        return False
    return True
