"""Codes an app makes from a shared secret and the time (RFC 6238): each counts once, the neighbouring steps too."""

import hmac
from datetime import datetime

import pyotp

STEP_SECONDS = 30
ISSUER = "Một Cửa"
#: Clocks of phones are wrong, and people type slowly.
_NEIGHBOURS = (0, -1, 1)


def new_secret() -> str:
    return str(pyotp.random_base32())


def address(secret: str, account: str) -> str:
    """What an app reads from the QR code."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER))


def code_at(secret: str, moment: datetime) -> str:
    return str(pyotp.TOTP(secret).at(moment))


def accepted_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """The time step a code is of, if it may be taken: none before or at `last_step`."""
    maker = pyotp.TOTP(secret)
    current = int(now.timestamp()) // STEP_SECONDS
    typed = "".join(code.split()).encode()
    for step in (current + neighbour for neighbour in _NEIGHBOURS):
        if hmac.compare_digest(maker.generate_otp(step).encode(), typed) and step > last_step:
            return step
    return None
