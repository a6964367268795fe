"""Codes of six digits, each for one account and one purpose: good once, for a while, and for a few tries.

A code is worked out from the service's secret whenever it is needed, so that nothing stored gives it away.
"""

import hmac
from datetime import datetime, timedelta

from chassis.work import Work
from services.identity.errors import CodeSpent, WrongHelpCode
from services.identity.tables import HelpCode
from services.identity.vault import Vault

LIFETIME = timedelta(minutes=10)
TRIES = 5


def issue(account: str, purpose: str, work: Work, vault: Vault) -> str:
    """A new code, for the owner of the account alone to learn."""
    row = HelpCode(account=account, purpose=purpose, issued_at=work.clock.now(), tries=0)
    work.add(row)
    return _code(row, vault)


def current(account: str, purpose: str, work: Work, vault: Vault) -> str | None:
    """The code while it is good, to be shown to the owner of the account."""
    row = work.get(HelpCode, (account, purpose))
    return _code(row, vault) if row is not None and _good(row, work.clock.now()) else None


def check(account: str, purpose: str, code: str, work: Work, vault: Vault) -> None:
    """Use it up. Raises WrongHelpCode, the try counted, or CodeSpent; not in a command with a key."""
    row = work.get(HelpCode, (account, purpose), lock=True)
    if row is None or not _good(row, work.clock.now()):
        raise CodeSpent
    row.tries += 1
    if not hmac.compare_digest(_code(row, vault).encode(), code.encode()):
        work.keep_so_far()
        raise WrongHelpCode
    row.used_at = work.clock.now()


def _good(row: HelpCode, now: datetime) -> bool:
    return row.used_at is None and row.tries < TRIES and now < row.issued_at + LIFETIME


def _code(row: HelpCode, vault: Vault) -> str:
    told = vault.digest(f"one-time code:{row.account}:{row.purpose}:{row.issued_at.timestamp()}")
    return f"{int(told, 16) % 1_000_000:06d}"
