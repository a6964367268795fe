"""One-time codes and words to a phone or mailbox, as pages and use cases need them."""

from chassis.texts import Text
from chassis.work import Work
from services.identity import messages
from services.identity.messages import Contact
from services.identity.tables import Account
from services.identity.usecases.codes import check, send

__all__ = ["Contact", "check", "contact_of", "send", "tell"]


def contact_of(phone: str | None, email: str | None) -> Contact | None:
    """The phone before the mailbox: more people look at it."""
    if phone:
        return Contact("sms", phone)
    return Contact("email", email) if email else None


def tell(account: Account, subject: Text, words: Text, work: Work) -> None:
    """Tell the owner of an account something, on the account's own channel, if it has any."""
    contact = contact_of(account.phone, account.email)
    if contact is not None:
        # What language its owner reads is not known here.
        messages.queue(contact, subject.render("vi"), words.render("vi"), work, "vi")
