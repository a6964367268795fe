"""Accounts as rows: made in one way by sign-up, by operators and by the starter."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from chassis.errors import FieldError
from chassis.schemas import Command
from chassis.work import Work
from services.identity import contacts, names, passwords
from services.identity.errors import AccountExists
from services.identity.tables import Account, Password


def password_problems(details: Command, identifier: str) -> list[FieldError]:
    """Whether the password is one an attacker would try first for this owner."""
    known = (identifier, details.name, details.phone, details.email)
    if not passwords.is_guessable(details.password, owner=[text for text in known if text]):
        return []
    return [
        FieldError(
            "/password",
            "password-guessable",
            "Mật khẩu này quá dễ đoán.",
            "This password is too easy to guess.",
        )
    ]


def find(kind: str, identifier: str, work: Work) -> Account | None:
    wanted = select(Account).where(Account.kind == kind, Account.identifier_digest == identifier)
    return work.session.scalars(wanted).one_or_none()


def add(kind: str, identifier: str, details: Command, work: Work) -> Account:
    """A new account, with its password, already hashed, if it has one. Raises AccountExists when it is taken."""
    if find(kind, identifier, work) is not None:
        raise AccountExists
    now = work.clock.now()
    account = Account(
        kind=kind,
        identifier=identifier,
        identifier_digest=identifier,
        name=names.tidy(details.name),
        phone=contacts.phone(details.phone) if details.phone else None,
        email=contacts.email(details.email) if details.email else None,
        created_at=now,
    )
    work.add(account)
    _flush_unless_taken(work)
    if details.password_hash is not None:
        work.add(Password(account=account.id, hash=details.password_hash, changed_at=now))
    return account


def _flush_unless_taken(work: Work) -> None:
    try:
        work.session.flush()
    except IntegrityError:
        # Somebody signed up with the number between our look and our insert.
        raise AccountExists from None


def view(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "kind": account.kind,
        "identifier": account.identifier,
        "name": account.name,
        "phone": account.phone,
        "email": account.email,
        "created_at": account.created_at,
    }
