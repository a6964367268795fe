"""One-time codes and words to a phone or mailbox, as the pages need them."""

from dataclasses import dataclass
from typing import Literal

from chassis.texts import Text
from chassis.work import Work
from services.identity.errors import WrongFactor
from services.identity.tables import Account
from services.identity.vault import Vault


@dataclass(frozen=True, slots=True)
class Contact:
    """Where somebody is reached: an E.164 number, or an e-mail address."""

    channel: Literal["sms", "email"]
    address: str


def contact_of(phone: str | None, email: str | None) -> Contact | None:
    """The phone before the mailbox: more people look at it."""
    if phone:
        return Contact("sms", phone)
    return Contact("email", email) if email else None


def send(holder: str, purpose: str, to: Contact | None, work: Work, vault: Vault) -> None:
    """Send a fresh code; `to` may be None, so that nobody is counted and answered like somebody."""


def check(holder: str, purpose: str, typed: str, work: Work, vault: Vault) -> None:
    """Use the code up. Raises WrongFactor when it is wrong, used, too old, tried too often, or was never sent."""
    raise WrongFactor


def tell(account: Account, subject: Text, words: Text, work: Work) -> None:
    """Tell the owner of an account what happened, on the account's own channel."""
