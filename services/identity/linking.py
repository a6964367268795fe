"""Whose account a person of the upstream provider has: theirs from before, the one of their number, or a new one."""

from typing import Any

from sqlalchemy import delete, select, text

from chassis.errors import Busy, ServiceError
from chassis.logs import get_logger
from chassis.schemas import Command
from chassis.work import Work
from services.identity import accounts, ending, mandate_endings, metrics, personal_numbers, withdrawals
from services.identity.errors import AccountExists, LinkedToAnother, UpstreamLevelTooLow
from services.identity.oidc import consents
from services.identity.tables import (
    Account,
    Authenticator,
    Citizen,
    Device,
    Passkey,
    Password,
    RecoveryCode,
    UpstreamLink,
)
from services.identity.upstream import Person
from services.identity.vault import Vault

log = get_logger(__name__)

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:number, 0))")


def account_of(person: Person, work: Work, vault: Vault, *, signed_in_as: str | None = None) -> Account:
    """The account the person signs in to; `person.level` is the assurance of the sign-in, our `acr`.

    `signed_in_as` is the account this browser is signed in to already, which proves that it is the person's own.
    Not in a command with a key. Raises UpstreamLevelTooLow, LinkedToAnother, or Busy.
    """
    try:
        account, outcome = _found_or_made(person, work, vault, signed_in_as)
    except ServiceError as error:
        metrics.LINKS.labels(error.code).inc()
        raise
    metrics.LINKS.labels(outcome).inc()
    return account


def _found_or_made(person: Person, work: Work, vault: Vault, signed_in_as: str | None) -> tuple[Account, str]:
    digest = techid_digest(person.issuer, person.techid, vault)
    work.session.execute(_ONE_AT_A_TIME, {"number": vault.digest(person.personal_number)})
    link = work.get(UpstreamLink, (person.issuer, digest), lock=True)
    if link is not None:
        link.last_used_at = work.clock.now()
        return work.session.get_one(Account, link.account), "known"
    account = accounts.find("citizen", person.personal_number, work)
    if account is None:
        account, outcome = _made(person, work), "made"
    else:
        _require_own(account, person, work)
        if account.id != signed_in_as:
            _take_over(account, person, work)
        outcome = "linked"
    link_to(account, person.issuer, digest, work)
    return account, outcome


def techid_digest(issuer: str, techid: str, vault: Vault) -> str:
    return vault.digest(f"techid {issuer} {techid}")


def link_to(account: Account, issuer: str, digest: str, work: Work) -> None:
    now = work.clock.now()
    work.add(
        UpstreamLink(issuer=issuer, techid_digest=digest, account=account.id, linked_at=now, last_used_at=now)
    )
    work.session.flush()


def _require_own(account: Account, person: Person, work: Work) -> None:
    wanted = select(UpstreamLink).where(
        UpstreamLink.issuer == person.issuer, UpstreamLink.account == account.id
    )
    other = work.session.scalars(wanted.with_for_update(key_share=True)).one_or_none()
    if other is not None:
        _note_conflict(other, work)
        raise LinkedToAnother
    if person.level == "low":
        raise UpstreamLevelTooLow


def _note_conflict(link: UpstreamLink, work: Work) -> None:
    link.conflicts += 1
    link.last_conflict_at = work.clock.now()
    log.warning("a linked number came with another identity", account=link.account)
    # The error that follows would undo it.
    work.keep_so_far()


def _take_over(account: Account, person: Person, work: Work) -> None:
    """Give the account to the person whose number it is.

    Anybody may have signed up with the number, and waited: what was said without proof gives way to what is proven,
    and so does every way in that somebody else may hold.
    """
    account.name, account.phone, account.email = person.name, None, None
    work.session.get_one(Citizen, account.id).birth_date = person.birth_date
    for factor in (Password, Passkey, Authenticator, RecoveryCode, Device):
        work.session.execute(delete(factor).where(factor.account == account.id))
    ending.end_all(account.id, "owner-proven", work)
    withdrawals.of_account(account.id, work)
    mandate_endings.end_all_of(account.id, work)
    for consent in consents.of(account.id, work):
        consents.revoke(account.id, consent["client"], work)


def _made(person: Person, work: Work) -> Account:
    try:
        account = accounts.add("citizen", person.personal_number, Command(_details(person)), work)
    except AccountExists:
        # Somebody signed up with the number this very moment; the next try meets a settled account.
        raise Busy from None
    sex = personal_numbers.parse(person.personal_number).sex
    work.add(Citizen(account=account.id, birth_date=person.birth_date, sex=sex))
    metrics.SIGN_UPS.labels("citizen").inc()
    return account


def _details(person: Person) -> dict[str, Any]:
    return {"name": person.name, "phone": None, "email": None, "password_hash": None}
