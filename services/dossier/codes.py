"""The two numbers of a dossier: a reference at submission, the legal code at reception.

The code is `<agency>-YYMMDD-XXXX` (TT 01/2018 Đ19): the agency that received it, the day of reception in
Asia/Ho_Chi_Minh, and the number of that day. Beyond 9,999 the number grows; ministries use up to 7 digits.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import date

# No vowels (no accidental words) and nothing that is misread on paper or over the phone.
ALPHABET = "CDFGHJKMNPQRTVWX34679"
REFERENCE_LENGTH = 12
REFERENCE_PATTERN = rf"HS-[{ALPHABET}]{{{REFERENCE_LENGTH}}}"

#: An agency identifier, either by QCVN 102:2016 (000.00.06.H26) or by QĐ 20/2020 (H26.06).
AGENCY_PATTERN = r"(?:\d{3}\.\d{2}\.\d{2}\.[A-Y]\d{2}|[A-Z]\d{2}(?:\.[A-Z0-9]+)*)"
CODE_PATTERN = rf"{AGENCY_PATTERN}-\d{{6}}-\d{{4,7}}"
#: Either number, as a citizen types it.
NUMBER_PATTERN = rf"{REFERENCE_PATTERN}|{CODE_PATTERN}"

_CODE = re.compile(rf"(?P<agency>{AGENCY_PATTERN})-(?P<day>\d{{6}})-(?P<number>\d{{4,7}})")


def new_reference() -> str:
    """A submission reference nobody can guess."""
    return "HS-" + "".join(secrets.choice(ALPHABET) for _ in range(REFERENCE_LENGTH))


@dataclass(frozen=True, slots=True)
class DossierCode:
    """The legal code of a received dossier."""

    agency: str
    day: date
    number: int

    def __str__(self) -> str:
        return f"{self.agency}-{self.day:%y%m%d}-{self.number:04d}"

    @classmethod
    def parse(cls, text: str) -> "DossierCode":
        """Read a code of any agency; ValueError when it is none."""
        match = _CODE.fullmatch(text)
        if match is None or len(match["agency"]) > 35:
            raise ValueError(f"not a dossier code: {text}")
        year, month, day = (int(match["day"][at : at + 2]) for at in (0, 2, 4))
        return cls(match["agency"], date(2000 + year, month, day), int(match["number"]))


def is_reference(number: str) -> bool:
    return number.startswith("HS-")
